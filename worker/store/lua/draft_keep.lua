-- Keep a whole draft in place of what it was made from, or nothing when that has changed.
-- KEYS: 1 drafts (hash)  2 up to when what a modal holds is kept (string), where it comes from a modal
-- ARGV: 1 field of the draft  2 field of what is typed  3 field of its page  4 draft as read, or ''
--       5 what is typed as read, or ''  6 the new draft, sealed  7 second key as read, or ''  8 its new value (s)
--       9 life of the second key (s)
-- Returns: 1 kept  0 it has changed since it was read
if (redis.call('HGET', KEYS[1], ARGV[1]) or '') ~= ARGV[4] then return 0 end
if (redis.call('HGET', KEYS[1], ARGV[2]) or '') ~= ARGV[5] then return 0 end
if KEYS[2] then
  if (redis.call('GET', KEYS[2]) or '') ~= ARGV[7] then return 0 end
  redis.call('SET', KEYS[2], ARGV[8], 'EX', ARGV[9])
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[6])
redis.call('HDEL', KEYS[1], ARGV[2], ARGV[3])
return 1
