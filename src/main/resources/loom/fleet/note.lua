-- Writes or reads a note that all instances can read for a while.
-- What follows its first line says whose it is: the note of one is not replaced by another's.
-- KEYS: the note
-- ARGV: the text, and for how many milliseconds; neither to read it
-- Replies: the text that stands there now, nothing where there is none
local text = redis.call('GET', KEYS[1])
if #ARGV == 2 and (not text or string.match(text, '\n.*') == string.match(ARGV[1], '\n.*')) then
  redis.call('PSETEX', KEYS[1], ARGV[2], ARGV[1])
  return {ARGV[1]}
end
return text and {text} or {}
