local seed = 42
local text = {}
for i = 1, 200000 do
  seed = seed * 16807 % 2147483647
  text[i] = "word" .. seed % 20000
end
local line = table.concat(text, " ")
local most = 0
for _ = 1, 5 do
  local counts, len = {}, 0
  for word in line:gmatch("[^ ]+") do
    local n = counts[word]
    if not n then
      len = len + 1
    end
    counts[word] = (n or 0) + 1
  end
  for _, n in pairs(counts) do
    most = math.max(most, n)
  end
  most = most + len
end
print(most)
