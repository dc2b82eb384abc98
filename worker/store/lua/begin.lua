-- Mark deliveries as being attempted, unless they are settled or their claim has passed to somebody else.
-- KEYS: 1 ledger (hash)  2 fences (hash)
-- ARGV: for each delivery: occurrence, its fence, delivery, the record to write (JSON with state "attempting")
-- Returns for each: 1 go ahead, 0 settled already, 2 an earlier attempt has an unknown end, -1 fenced off
local answers = {}
for i = 1, #ARGV, 4 do
  local known = redis.call('HGET', KEYS[1], ARGV[i + 2])
  local answer = 1
  if redis.call('HGET', KEYS[2], ARGV[i]) ~= ARGV[i + 1] then
    answer = -1
  elseif known and cjson.decode(known).state ~= 'attempting' then
    answer = 0
  else
    if known then answer = 2 end
    redis.call('HSET', KEYS[1], ARGV[i + 2], ARGV[i + 3])
  end
  answers[#answers + 1] = answer
end
return answers
