-- An instance says that it lives, and learns what all know.
--
-- KEYS[1]  hash of instance to "<milliseconds at which it counts as gone> <milliseconds of its last beat> <about it>"
-- KEYS[2]  hash of cool-down to "<milliseconds at which it ends> <reason>"
-- KEYS[3]  set of providers that are drained
-- KEYS[4]  who came first: the server has lost all that it knew when that is another
-- ARGV     instance, about it (empty: it leaves), milliseconds for which it counts as alive, what KEYS[4] may become
-- Replies  now, the hashes' fields and values in turn, the set's members, KEYS[4]

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function text(n)
  return string.format('%.0f', n)
end
if ARGV[2] == '' then
  redis.call('HDEL', KEYS[1], ARGV[1])
else
  redis.call('HSET', KEYS[1], ARGV[1], text(now + ARGV[3]) .. ' ' .. text(now) .. ' ' .. ARGV[2])
end
local function live(key)
  local kept = {}
  local all = redis.call('HGETALL', key)
  for i = 1, #all, 2 do
    local ends = tonumber(string.match(all[i + 1], '^(%d+) '))
    if ends and ends > now then
      kept[#kept + 1] = all[i]
      kept[#kept + 1] = all[i + 1]
    else
      redis.call('HDEL', key, all[i])
    end
  end
  return kept
end
redis.call('SET', KEYS[4], ARGV[4], 'NX')
return {now, live(KEYS[1]), live(KEYS[2]), redis.call('SMEMBERS', KEYS[3]), redis.call('GET', KEYS[4])}
