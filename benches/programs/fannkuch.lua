-- How often the first of these elements has to turn around as many as it says until it is 0. Destroys the order.
local function flips(order)
  local count = 0
  while order[1] ~= 0 do
    local low, high = 1, order[1] + 1
    while low < high do
      order[low], order[high] = order[high], order[low]
      low = low + 1
      high = high - 1
    end
    count = count + 1
  end
  return count
end

-- Makes the next permutation; false if there is none.
local function permute(order, rotations)
  for last = 2, #order do
    local first = order[1]
    for i = 1, last - 1 do
      order[i] = order[i + 1]
    end
    order[last] = first
    rotations[last] = rotations[last] + 1
    if rotations[last] < last then return true end
    rotations[last] = 0
  end
  return false
end

local n = tonumber(arg[1])
local order, rotations, turned = {}, {}, {}
for i = 1, n do
  order[i], rotations[i] = i - 1, 0
end
local checksum, most, sign = 0, 0, 1
local more = true
while more do
  for i = 1, n do
    turned[i] = order[i]
  end
  local count = flips(turned)
  most = math.max(most, count)
  checksum = checksum + sign * count
  sign = -sign
  more = permute(order, rotations)
end
print(checksum)
print(most)
