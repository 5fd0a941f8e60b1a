-- Deletes a record, also from the list of its owner.
-- KEYS: the record. ARGV: its key, and the beginning of the keys of the lists.
local owner = redis.call('HGET', KEYS[1], 'owner')
if owner then redis.call('ZREM', ARGV[2] .. owner, ARGV[1]) end
return redis.call('DEL', KEYS[1])
