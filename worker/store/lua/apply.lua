-- Apply one whole change to a partnership, or nothing.
-- KEYS: 1 partnership (hash)  2 answers (hash)  3 ledger (hash)  4 operations (zset)  5 due  6 claimed  7 fences
-- ARGV: 1 operation id  2 version expected, or ''  3 server now (ms)  4 claim needed, or ''  5 its fence
--       6 JSON: walk (string or absent), answers and ledger (field -> value), forget (ledger fields),
--         done (occurrences), plan ([occurrence, UTC ms] pairs)
-- Returns: 1 applied, now or before  0 the version has moved on  -1 the claim is somebody else's now
if redis.call('ZSCORE', KEYS[4], ARGV[1]) then return 1 end
if ARGV[4] ~= '' and redis.call('HGET', KEYS[7], ARGV[4]) ~= ARGV[5] then return -1 end
if ARGV[2] ~= '' and (redis.call('HGET', KEYS[1], 'version') or '0') ~= ARGV[2] then return 0 end
local change = cjson.decode(ARGV[6])
if change.walk then
  redis.call('HSET', KEYS[1], 'walk', change.walk)
  redis.call('HINCRBY', KEYS[1], 'version', 1)
end
for field, value in pairs(change.answers) do redis.call('HSET', KEYS[2], field, value) end
for _, field in ipairs(change.forget) do redis.call('HDEL', KEYS[3], field) end
for field, value in pairs(change.ledger) do redis.call('HSET', KEYS[3], field, value) end
for _, occurrence in ipairs(change.done) do
  redis.call('ZREM', KEYS[6], occurrence)
  redis.call('HDEL', KEYS[7], occurrence)
end
for _, planned in ipairs(change.plan) do
  if not redis.call('ZSCORE', KEYS[6], planned[1]) then
    redis.call('ZADD', KEYS[5], 'NX', planned[2], planned[1])
  end
end
redis.call('ZADD', KEYS[4], ARGV[3], ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[4], '-inf', ARGV[3] - 86400000)
return 1
