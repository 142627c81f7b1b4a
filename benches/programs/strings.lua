local LINE = "the quick brown fox jumps over the lazy dog"

local length, foxes = 0, 0
for i = 0, 159999 do
  local words = {}
  for word in (LINE .. " " .. i):gmatch("[^ ]+") do
    words[#words + 1] = word
  end
  for at, word in ipairs(words) do
    if word == "fox" then
      foxes = foxes + 1
    end
    words[at] = word:upper()
  end
  length = length + #table.concat(words, "-")
end
print(length .. " " .. foxes)
