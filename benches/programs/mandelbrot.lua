local ROUNDS = 100

-- How many rounds the point stays near the origin.
local function escape(cx, cy)
  local x, y = 0.0, 0.0
  for round = 0, ROUNDS - 1 do
    local xx = x * x
    local yy = y * y
    if xx + yy > 4.0 then return round end
    y = 2.0 * x * y + cy
    x = xx - yy + cx
  end
  return ROUNDS
end

local size = tonumber(arg[1])
local total = 0
for row = 0, size - 1 do
  local cy = 2.0 * row / size - 1.0
  for column = 0, size - 1 do
    total = total + escape(3.0 * column / size - 2.0, cy)
  end
end
print(total)
