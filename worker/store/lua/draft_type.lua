-- Keep what is typed in an open modal, unless something newer is kept, or nobody looked yet whether it may be.
-- KEYS: 1 drafts (hash)  2 up to when what this modal holds is kept (string)
-- ARGV: 1 field of what is typed  2 field of its page  3 page  4 typed at (Slack's seconds)  5 what is typed, sealed
--       6 life of the second key (s)
-- Returns: 1 kept  0 something newer is  -1 look first: a modal nobody looked at, or another page than the one kept
local kept = redis.call('GET', KEYS[2])
if not kept then return -1 end
if tonumber(ARGV[4]) <= tonumber(kept) then return 0 end
local page = redis.call('HGET', KEYS[1], ARGV[2])
if page and page ~= ARGV[3] then return -1 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[5], ARGV[2], ARGV[3])
redis.call('SET', KEYS[2], ARGV[4], 'EX', ARGV[6])
return 1
