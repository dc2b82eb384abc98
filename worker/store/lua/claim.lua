-- Claim what is due in one shard, and what was claimed but whose lease ran out.
-- KEYS: 1 due (zset, UTC ms)  2 claimed (zset, lease end in server ms)  3 fences (hash)
-- ARGV: 1 now (UTC ms, may be virtual)  2 server now (ms)  3 lease (ms)  4 most to claim
-- Returns: occurrence, fence, occurrence, fence, ...
local most = tonumber(ARGV[4])
local taken = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', ARGV[2], 'LIMIT', 0, most)
local fresh = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, most - #taken)
for _, occurrence in ipairs(fresh) do
  taken[#taken + 1] = occurrence
end
local claims = {}
for _, occurrence in ipairs(taken) do
  local fence = redis.call('HINCRBY', KEYS[3], 'n', 1)
  redis.call('HSET', KEYS[3], occurrence, fence)
  redis.call('ZADD', KEYS[2], ARGV[2] + ARGV[3], occurrence)
  redis.call('ZREM', KEYS[1], occurrence)
  claims[#claims + 1] = occurrence
  claims[#claims + 1] = fence
end
return claims
