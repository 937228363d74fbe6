-- Something that all instances are to know: it is kept for those that start later, and told to those that listen.
--
-- KEYS[1]  hash of cool-down to "<milliseconds at which it ends> <reason>"
-- KEYS[2]  set of providers that are drained
-- ARGV     what to do, the channel, what to tell there, the cool-down or provider, then milliseconds and reason

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

-- A longer cool-down replaces a running one, a shorter one does not cut it.
local function cool()
  local ends = now + tonumber(ARGV[5])
  local running = redis.call('HGET', KEYS[1], ARGV[4])
  if running and tonumber(string.match(running, '^(%d+) ')) >= ends then
    return 0
  end
  redis.call('HSET', KEYS[1], ARGV[4], string.format('%.0f', ends) .. ' ' .. ARGV[6])
  return 1
end

-- Of a provider, however it is reached: its name stands before the colon.
local function warm()
  for _, field in ipairs(redis.call('HKEYS', KEYS[1])) do
    if string.match(field, '^[^:]*') == ARGV[4] then
      redis.call('HDEL', KEYS[1], field)
    end
  end
end

local function drain()
  redis.call('SADD', KEYS[2], ARGV[4])
end

local function undrain()
  redis.call('SREM', KEYS[2], ARGV[4])
end

local todo = {cool = cool, warm = warm, drain = drain, undrain = undrain}
if todo[ARGV[1]]() ~= 0 or ARGV[1] ~= 'cool' then
  redis.call('PUBLISH', ARGV[2], ARGV[3])
end
return 1
