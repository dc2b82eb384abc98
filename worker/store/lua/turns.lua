-- Hand out turns: when each of some calls may be made, so that no lane is used more often than it may be.
-- KEYS: 1 lanes (zset: lane -> the instant from which it is free, server ms)  2… pauses (strings that live that long)
-- ARGV: 1 server now (ms)  2 patience: the longest wait that is handed out (ms)
--       then for each call: its pause (2 is KEYS[2]), and two lanes of: name or '', ms between two uses, uses at once
-- Returns for each call: 1 the turn is its own, or 0 nothing was handed out, then the wait until then (ms)
local now, patience = tonumber(ARGV[1]), tonumber(ARGV[2])
local answers, free = {}, {}
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
for i = 3, #ARGV, 7 do
  local start = now + math.max(0, redis.call('PTTL', KEYS[tonumber(ARGV[i])]))
  for lane = i + 1, i + 4, 3 do
    local name = ARGV[lane]
    if name ~= '' then
      free[name] = free[name] or tonumber(redis.call('ZSCORE', KEYS[1], name)) or now
      start = math.max(start, free[name] - (ARGV[lane + 2] - 1) * ARGV[lane + 1])
    end
  end
  local mine = start - now <= patience
  for lane = i + 1, i + 4, 3 do
    local name = ARGV[lane]
    if name ~= '' then
      -- What is turned away is only counted here, so that the next in this list hears of a later instant.
      free[name] = math.max(free[name], ARGV[lane + 2] == '1' and start or now) + ARGV[lane + 1]
      if mine then redis.call('ZADD', KEYS[1], free[name], name) end
    end
  end
  answers[#answers + 1] = mine and 1 or 0
  answers[#answers + 1] = math.ceil(start - now)
end
redis.call('PEXPIRE', KEYS[1], 600000)
return answers
