-- Reads the entries that follow a position in the stream.
-- KEYS: meta, stream.
-- ARGV: the longest entry, the size of a page, the incarnation, and the id and number of the position.
-- Returns: id and number of the new position, is it the end, and then the entries. Returns nothing if
-- the log can't be continued: it is another one, or has lost entries.

if redis.call('HGET', KEYS[1], 'incarnation') ~= ARGV[3] then return {} end
local size = tonumber(ARGV[2])
local found = redis.call('XRANGE', KEYS[2], '(' .. ARGV[4], '+', 'COUNT', size)
local id, number = ARGV[4], tonumber(ARGV[5])
local page = { id, ARGV[5], #found < size and '1' or '0' }
for _, item in ipairs(found) do
  local fields = item[2]
  number = number + 1
  -- The fields are `number`, its value, `entry`, its value.
  if tonumber(fields[2]) ~= number or not fields[4] then return {} end
  id = item[1]
  if #fields[4] <= tonumber(ARGV[1]) then page[#page + 1] = fields[4] end
end
if #found < size and tonumber(redis.call('HGET', KEYS[1], 'number') or '0') ~= number then return {} end
page[1] = id
page[2] = string.format('%.0f', number)
return page
