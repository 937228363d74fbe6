-- Forgets what an account has used. What requests under way may use stays, and that the account is known: otherwise an instance
-- would bring back what it remembers.
--
-- KEYS[1]  hash, as in accounts.lua

local found = redis.call('HMGET', KEYS[1], 'rt', 'rc')
local life = redis.call('PTTL', KEYS[1])
if found[1] then
  redis.call('DEL', KEYS[1])
  redis.call('HSET', KEYS[1], 'rt', found[1], 'rc', found[2])
  redis.call('PEXPIRE', KEYS[1], math.max(life, 1))
end
return {}
