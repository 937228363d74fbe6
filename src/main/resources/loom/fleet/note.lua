-- Writes or reads a note that all instances can read for a while.
-- KEYS: the note
-- ARGV: the text, and for how many milliseconds; neither to read it
-- Replies: the text, nothing where there is none
if #ARGV == 2 then
  redis.call('PSETEX', KEYS[1], ARGV[2], ARGV[1])
  return {ARGV[1]}
end
local text = redis.call('GET', KEYS[1])
return text and {text} or {}
