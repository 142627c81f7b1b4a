local SIZE = 1000
local ROUNDS = 100

-- How many rounds the point stays near the origin.
local function escape(cx, cy)
  local x, y = 0.0, 0.0
  for round = 0, ROUNDS - 1 do
    local xx, yy = x * x, y * y
    if xx + yy > 4.0 then return round end
    x, y = xx - yy + cx, 2.0 * x * y + cy
  end
  return ROUNDS
end

local total = 0
for row = 0, SIZE - 1 do
  local cy = 2.0 * row / SIZE - 1.0
  for column = 0, SIZE - 1 do
    total = total + escape(3.0 * column / SIZE - 2.0, cy)
  end
end
print(total)
