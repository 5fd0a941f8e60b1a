-- Reads records.
-- KEYS: the records. ARGV: the longest text.
-- Returns for each record: nothing, or text, revision, until, and then its owner if it has one. A text
-- that is too long is replaced by its length.
local records = {}
for _, key in ipairs(KEYS) do
  local record = {}
  local bytes = redis.call('HSTRLEN', key, 'text')
  local fields = redis.call('HMGET', key, 'revision', 'until', 'owner')
  if fields[1] then
    local text = bytes <= tonumber(ARGV[1]) and redis.call('HGET', key, 'text') or bytes
    record = { text, fields[1], fields[2] or '', fields[3] or nil }
  end
  records[#records + 1] = record
end
return records
