-- The limits of one provider or one client key, counted for all instances at once: requests, tokens and the permit are
-- taken together or not at all. The arithmetic is that of TokenBucket: levels count sixty-millionths of a token, of which
-- each microsecond brings exactly the figure per minute. Whole numbers, exact up to 150 million per minute.
--
-- KEYS[1]  hash: rpm, tpm, permits (the limits in force, 0 for none), requests, tokens (levels), at (microseconds of the
--          last refill), and c:<instance> for what each instance's configuration says
-- KEYS[2]  sorted set: the permits that are out, by the time at which their lease ends
-- ARGV     what to do, now (microseconds; 0 for the server's clock), rpm, tpm and permits by the caller's configuration
-- Replies  code, wait (microseconds), rpm, tpm, permits, requests, tokens, permits that are out

local PARTS = 60000000
local MOST = 2147483647
local book, out = KEYS[1], KEYS[2]
local now = tonumber(ARGV[2])
if now == 0 then
  local time = redis.call('TIME')
  now = time[1] * 1000000 + time[2]
end

local found = redis.call('HMGET', book, 'rpm', 'tpm', 'permits', 'requests', 'tokens', 'at')
local function known(i, otherwise)
  return tonumber(found[i] or otherwise)
end
local rpm, tpm, permits = known(1, ARGV[3]), known(2, ARGV[4]), known(3, ARGV[5])
local micros = math.max(0, now - known(6, now))
local function refilled(level, perMinute)
  return math.min(perMinute * PARTS, level + micros * perMinute)
end
local requests = refilled(known(4, rpm * PARTS), rpm)
local tokens = refilled(known(5, tpm * PARTS), tpm)

local function charge(n, perMinute)
  return math.max(0, math.min(n, perMinute))
end
local function taken(level, n, perMinute)
  if perMinute == 0 then
    return 0
  end
  n = math.max(-MOST, math.min(MOST, n))
  return math.max(-MOST * PARTS, math.min(perMinute * PARTS, level - n * PARTS))
end
local function wait(level, n, perMinute)
  local missing = charge(n, perMinute) * PARTS - level
  if perMinute == 0 or missing <= 0 then
    return 0
  end
  return math.floor((missing + perMinute - 1) / perMinute)
end
local function inUse()
  if permits == 0 then
    return 0
  end
  redis.call('ZREMRANGEBYSCORE', out, '-inf', now)
  return redis.call('ZCARD', out)
end
local function text(n)
  return string.format('%.0f', n)
end
local function save()
  redis.call('HSET', book, 'rpm', text(rpm), 'tpm', text(tpm), 'permits', text(permits),
    'requests', text(requests), 'tokens', text(tokens), 'at', text(now))
end
local function reply(code, micros)
  return {code, micros, rpm, tpm, permits, requests, tokens, inUse()}
end

-- ARGV[6] tokens, ARGV[7] the permit's name, ARGV[8] microseconds of its lease
-- Code 0: taken; 1, 2, 3: no room for the request, its tokens, or another permit.
local function reserve()
  local wanted = tonumber(ARGV[6])
  local forRequest, forTokens = wait(requests, 1, rpm), wait(tokens, wanted, tpm)
  if forRequest > 0 or forTokens > 0 then
    return reply(forRequest > forTokens and 1 or 2, math.max(forRequest, forTokens))
  end
  if permits > 0 and inUse() >= permits then
    return reply(3, 0)
  end
  requests = taken(requests, 1, rpm)
  tokens = taken(tokens, charge(wanted, tpm), tpm)
  if permits > 0 then
    redis.call('ZADD', out, text(now + ARGV[8]), ARGV[7])
  end
  save()
  return reply(0, 0)
end

-- ARGV[6] the permit's name, ARGV[7] requests and ARGV[8] tokens that were used beyond, below zero for those given back
local function settle()
  redis.call('ZREM', out, ARGV[6])
  requests = taken(requests, tonumber(ARGV[7]), rpm)
  tokens = taken(tokens, tonumber(ARGV[8]), tpm)
  save()
  return reply(0, 0)
end

local function smaller(a, b)
  if a == 0 or b == 0 then
    return math.max(a, b)
  end
  return math.min(a, b)
end

-- The limits in force are the smallest that any live instance knows.
-- Returns whether they are the caller's own, and no other's are larger.
local function agree(instance, life)
  local newRpm, newTpm, newPermits, same = 0, 0, 0, true
  if life > 0 then
    local own = ARGV[3] .. ' ' .. ARGV[4] .. ' ' .. ARGV[5]
    redis.call('HSET', book, 'c:' .. instance, own .. ' ' .. text(now + life))
  else
    redis.call('HDEL', book, 'c:' .. instance)
  end
  local all = redis.call('HGETALL', book)
  for i = 1, #all, 2 do
    if string.sub(all[i], 1, 2) == 'c:' then
      local r, t, p, ends = string.match(all[i + 1], '^(%d+) (%d+) (%d+) (%d+)$')
      if not ends or tonumber(ends) <= now then
        redis.call('HDEL', book, all[i])
      else
        newRpm, newTpm, newPermits = smaller(newRpm, tonumber(r)), smaller(newTpm, tonumber(t)), smaller(newPermits, tonumber(p))
        same = same and r == ARGV[3] and t == ARGV[4] and p == ARGV[5]
      end
    end
  end
  local function moved(level, before, after)
    return after == 0 and 0 or after * PARTS - (before * PARTS - level)
  end
  requests, tokens = moved(requests, rpm, newRpm), moved(tokens, tpm, newTpm)
  rpm, tpm, permits = newRpm, newTpm, newPermits
  return same
end

local function missing(level, least, perMinute)
  return perMinute == 0 and 0 or math.min(level, perMinute * PARTS - least)
end

-- ARGV[6] instance, ARGV[7] microseconds for which its configuration counts (0: it leaves), ARGV[8] requests and ARGV[9]
-- tokens that it has used and not told, ARGV[10] and ARGV[11] what is missing from the full buckets by what it has heard,
-- in parts: it counts where the instance is not known here, since all may be lost that was ever told. ARGV[12]
-- microseconds of a lease, ARGV[13] the number of permits that it holds, then these, then those that it has asked for and
-- not heard of: they stay if they are there. Others of this instance's are nobody's.
local function renew()
  local instance = ARGV[6]
  local unknown = redis.call('HEXISTS', book, 'c:' .. instance) == 0
  local same = agree(instance, tonumber(ARGV[7]))
  if unknown then
    requests, tokens = missing(requests, tonumber(ARGV[10]), rpm), missing(tokens, tonumber(ARGV[11]), tpm)
  end
  requests = taken(requests, tonumber(ARGV[8]), rpm)
  tokens = taken(tokens, tonumber(ARGV[9]), tpm)
  local named = {}
  for i = 14, #ARGV do
    named[ARGV[i]] = true
    if permits > 0 and i < 14 + tonumber(ARGV[13]) then
      redis.call('ZADD', out, text(now + ARGV[12]), ARGV[i])
    end
  end
  for _, name in ipairs(redis.call('ZRANGE', out, 0, -1)) do
    if string.sub(name, 1, #instance + 1) == instance .. ':' and not named[name] then
      redis.call('ZREM', out, name)
    end
  end
  save()
  redis.call('EXPIRE', book, 86400)
  redis.call('EXPIRE', out, 86400)
  return reply(same and 0 or 1, 0)
end

local todo = {reserve = reserve, settle = settle, renew = renew}
return todo[ARGV[1]]()
