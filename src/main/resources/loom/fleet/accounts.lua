-- The limits of one account, counted for all instances at once: what a request may use is taken out of every limit or out of
-- none. The arithmetic is that of SlidingMeter and CalendarMeter: a window that slides is sixty slices and the one of now.
--
-- KEYS[1]  hash: rt and rc (tokens and nano-dollars that requests under way may use), and of each limit <name>|slice, |new
--          (the newest slice, or the beginning of a window of the calendar), |sum, |<slot>, |told<n>
-- KEYS[2]  sorted set: the requests under way, <instance>:<number>:<tokens>:<cost>, by the time at which their lease ends
-- ARGV     reserve, settle, look, renew or forget, now (milliseconds; 0 for the server's clock), milliseconds of a lease, the request's name, tokens, cost,
--          how many limits; of each its name, t or c, slice (0 for the calendar), begin, end, most, what the caller knows to be
--          used, how many amounts are told of, and those
-- Replies  nothing, if a request is renewed or an account looked at that has been lost; otherwise the limit without room by its place or 0, milliseconds to wait, rt, rc, then of each limit what is used, and the
--          amounts that were reached now, as bits

local SLICES = 61
local book, out = KEYS[1], KEYS[2]
local now, lease, request = tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4]
if now == 0 then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local amount = {t = tonumber(ARGV[5]), c = tonumber(ARGV[6])}

local function text(n)
  return string.format('%.0f', n)
end
local function get(field)
  return tonumber(redis.call('HGET', book, field) or '0')
end
local function set(field, n)
  if n == 0 then
    redis.call('HDEL', book, field)
  else
    redis.call('HSET', book, field, text(n))
  end
end

local fresh = redis.call('EXISTS', book) == 0
if fresh then
  redis.call('DEL', out)
end
local reserved = {t = get('rt'), c = get('rc')}
local function release(name)
  if redis.call('ZREM', out, name) == 1 then
    local tokens, cost = string.match(name, ':(%d+):(%d+)$')
    reserved.t = reserved.t - tonumber(tokens)
    reserved.c = reserved.c - tonumber(cost)
  end
end
for _, gone in ipairs(redis.call('ZRANGEBYSCORE', out, '-inf', now)) do
  release(gone)
end

local function slot(w, index)
  return w.name .. '|' .. text(index % SLICES)
end
local function add(w, at, n)
  if w.slice == 0 then
    w.sum = w.sum + (at >= w.begin and n or 0)
    return
  end
  local index = math.min(math.floor(at / w.slice), w.new)
  if index > w.new - SLICES then
    set(slot(w, index), get(slot(w, index)) + n)
    w.sum = w.sum + n
  end
end

-- What an earlier configuration counted in other slices, or in the calendar, counts on at the times at which it was used.
local function poured(w, slice, new, sum)
  local kept = {}
  if slice == 0 then
    kept[1] = {new, sum}
  else
    for index = new - SLICES + 1, new do
      local field = w.name .. '|' .. text(index % SLICES)
      local n = get(field)
      if n ~= 0 then
        kept[#kept + 1] = {index * slice, n}
        redis.call('HDEL', book, field)
      end
    end
  end
  w.sum = 0
  for _, each in ipairs(kept) do
    add(w, each[1], each[2])
  end
end

-- Forgets what has left the window.
local function turned(w, slice, new, sum)
  w.sum = sum
  if slice ~= w.slice then
    poured(w, slice, new, sum)
  elseif slice == 0 then
    if new < w.begin then
      w.sum = 0
    end
    w.new = math.max(new, w.begin)
  else
    for index = math.max(new + 1, w.new - SLICES + 1), w.new do
      w.sum = w.sum - get(slot(w, index))
      redis.call('HDEL', book, slot(w, index))
    end
    w.new = math.max(new, w.new)
  end
end

local windows, life = {}, math.max(lease, redis.call('PTTL', book))
local at = 8
for i = 1, tonumber(ARGV[7]) do
  local w = {name = ARGV[at], kind = ARGV[at + 1], slice = tonumber(ARGV[at + 2]), begin = tonumber(ARGV[at + 3]),
    ends = tonumber(ARGV[at + 4]), most = tonumber(ARGV[at + 5]), sum = 0, tell = {}}
  local known, tells = tonumber(ARGV[at + 6]), tonumber(ARGV[at + 7])
  for n = 1, tells do
    w.tell[n] = tonumber(ARGV[at + 7 + n])
  end
  at = at + 8 + tells
  w.new = w.slice == 0 and w.begin or math.floor(now / w.slice)
  w.span = w.slice == 0 and math.max(0, w.ends - now) or w.slice * (SLICES - 1)
  local slice = redis.call('HGET', book, w.name .. '|slice')
  if slice then
    turned(w, tonumber(slice), get(w.name .. '|new'), get(w.name .. '|sum'))
  else
    add(w, math.max(now, w.begin), known)
  end
  life = math.max(life, w.span + w.slice + lease)
  windows[i] = w
end

local function save()
  redis.call('HSET', book, 'rt', text(reserved.t), 'rc', text(reserved.c))
  for _, w in ipairs(windows) do
    redis.call('HSET', book, w.name .. '|slice', text(w.slice), w.name .. '|new', text(w.new), w.name .. '|sum', text(w.sum))
  end
  redis.call('PEXPIRE', book, text(life))
  redis.call('PEXPIRE', out, text(life))
end

-- Bits of the amounts that are reached, and of which nobody was told in this window. reached: the last one is, in any case.
local function told(w, reached)
  local bits = 0
  for n, most in ipairs(w.tell) do
    local field = w.name .. '|told' .. n
    if (w.sum >= most or (reached and n == #w.tell)) and now >= get(field) then
      set(field, now + w.span)
      bits = bits + 2 ^ (n - 1)
    end
  end
  return bits
end

local function reply(refused, wait, tells)
  local all = {refused, wait, reserved.t, reserved.c}
  for i, w in ipairs(windows) do
    all[#all + 1] = math.max(0, w.sum)
    all[#all + 1] = (tells or refused == i) and told(w, refused == i) or 0
  end
  save()
  return all
end

-- Milliseconds until so much of what is used counts no more.
local function freed(w, n)
  local sum = 0
  for index = w.new - SLICES + 1, w.slice == 0 and 0 or w.new do
    sum = sum + get(slot(w, index))
    if sum >= n then
      return math.max(0, (index + SLICES) * w.slice - now)
    end
  end
  return w.span
end

-- A request that is larger than its whole limit may pass an account that has used nothing.
local function wait(w)
  local used = math.max(0, w.sum)
  local taken, wanted = used + reserved[w.kind], amount[w.kind]
  if taken == 0 or wanted <= w.most - taken then
    return nil
  end
  local tooMuch = wanted > w.most and taken or taken + wanted - w.most
  return math.max(1, tooMuch <= used and freed(w, tooMuch) or 1000)
end

local function reserve()
  local refused, longest = 0, 0
  for i, w in ipairs(windows) do
    local millis = wait(w)
    if millis and millis > longest then
      refused, longest = i, millis
    end
  end
  if refused == 0 then
    redis.call('ZADD', out, text(now + lease), request)
    reserved.t = reserved.t + amount.t
    reserved.c = reserved.c + amount.c
  end
  return reply(refused, longest, false)
end

-- What was used takes the place of what was reserved.
local function settle()
  release(request)
  for _, w in ipairs(windows) do
    add(w, math.max(now, w.begin), amount[w.kind])
  end
  return reply(0, 0, true)
end

-- How the account stands; what nobody has told of stays unknown.
local function look()
  return fresh and {} or reply(0, 0, false)
end

-- What was lost stays unknown, so that the next who asks tells what it knows.
local function renew()
  if fresh then
    return {}
  end
  redis.call('ZADD', out, 'XX', text(now + lease), request)
  return reply(0, 0, false)
end

-- What requests under way may use stays, and that the limits are known: otherwise an instance would bring back what it remembers.
local function forget()
  for _, field in ipairs(redis.call('HKEYS', book)) do
    if string.match(field, '|sum$') then
      redis.call('HSET', book, field, '0')
    elseif string.match(field, '|%d+$') or string.match(field, '|told%d+$') then
      redis.call('HDEL', book, field)
    end
  end
  for _, w in ipairs(windows) do
    w.sum = 0
  end
  return reply(0, 0, false)
end

local todo = {reserve = reserve, settle = settle, look = look, renew = renew, forget = forget}
return todo[ARGV[1]]()
