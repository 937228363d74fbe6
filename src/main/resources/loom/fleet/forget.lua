-- Forgets what an account has used. Requests under way count again when they end.
--
-- KEYS     everything that is known of it

redis.call('DEL', unpack(KEYS))
return {}
