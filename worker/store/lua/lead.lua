-- Let a Slack account lead to somebody who was known before they had one: one account to one person, for good.
-- KEYS: 1 aliases (hash: account -> person, person -> account)
-- ARGV: 1 account  2 person
-- Returns the person that the account leads to now; '' when that person has another account
local led = redis.call('HGET', KEYS[1], ARGV[1])
if led then return led end
if redis.call('HEXISTS', KEYS[1], ARGV[2]) == 1 then return '' end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2], ARGV[2], ARGV[1])
return ARGV[2]
