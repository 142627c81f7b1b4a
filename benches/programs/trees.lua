local leaf = {}

local function grow(depth)
  if depth == 0 then return leaf end
  return { left = grow(depth - 1), right = grow(depth - 1) }
end

local function count(tree)
  if not tree.left then return 1 end
  return count(tree.left) + count(tree.right) + 1
end

local long_lived = grow(16)
local total = 0
for _ = 1, 1000 do
  total = total + count(grow(11))
end
print(total .. " " .. count(long_lived))
