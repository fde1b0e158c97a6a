-- What pandoc does to a page of this tree: its links lead to what is made of the pages that they name.
--
-- FOLDER, in the environment, is the page's own, ROOT how its folder is called where the made page is, and LINKED a file
-- that gets the names of all other files that it links.

local folder = os.getenv("FOLDER")
local root = os.getenv("ROOT") or ""

local function is_there(path)
    local file = io.open(path)
    return file and file:close()
end

-- What a link is turned into: nothing, where it leads to a folder without a page.
local function target_of(link)
    local path, fragment = link:match("^([^#]*)(.*)$")
    if path == "" or link:match("^%a+:") then
        return link
    end
    local here = folder .. "/" .. path
    if is_there(here .. "/.") then
        path = path:gsub("/$", "") .. "/README.md"
        here = folder .. "/" .. path
        if not is_there(here) then
            return nil
        end
    end
    if path:match("%.md$") then
        return root .. path:gsub("%.md$", ".html") .. fragment
    end
    if is_there(here) then
        local linked = io.open(os.getenv("LINKED"), "a")
        linked:write(here, "\n")
        linked:close()
    end
    return root .. link
end

function Link(link)
    local target = target_of(link.target)
    if not target then
        return link.content
    end
    link.target = target
    return link
end

function Image(image)
    image.src = target_of(image.src)
    return image
end

-- HTML within a page stays as it is.
function RawInline(html)
    for src in html.text:gmatch('src="([^"]+)"') do
        target_of(src)
    end
end

RawBlock = RawInline

-- A page is called what its first heading says.
function Pandoc(page)
    for _, block in ipairs(page.blocks) do
        if block.t == "Header" then
            page.meta.pagetitle = pandoc.utils.stringify(block)
            break
        end
    end
    return page
end
