/// HTML that is being written: text is escaped unless it is markup of the program's own.
struct HTML {
    private(set) var text = ""

    /// Adds markup as it is.
    mutating func markup(_ markup: String) { text += markup }

    /// Adds an element with some text in it.
    mutating func element(_ name: String, _ content: String, attributes: [(String, String)] = []) {
        text += "<\(name)"
        for (key, value) in attributes { text += " \(key)=\"\(Self.escaped(value))\"" }
        text += ">\(Self.escaped(content))</\(name)>"
    }

    /// Adds an element with what a closure writes in it.
    mutating func element(_ name: String, _ write: (inout HTML) -> Void) {
        text += "<\(name)>"
        write(&self)
        text += "</\(name)>\n"
    }

    /// Adds a text with the little of CommonMark that descriptions use: paragraphs, lists of `- `, and code between
    /// backquotes.
    mutating func prose(_ prose: String) {
        for block in prose.split(separator: "\n\n", omittingEmptySubsequences: true) {
            let lines = block.split(separator: "\n")
            guard lines.first?.hasPrefix("- ") == true else {
                text += "<p>\(Self.inline(String(block)))</p>\n"
                continue
            }
            var items: [String] = []
            for line in lines {
                if line.hasPrefix("- ") || items.isEmpty {
                    items.append(String(line.dropFirst(2)))
                } else {
                    items[items.count - 1] += " " + line
                }
            }
            text += "<ul>\n" + items.map { "<li>\(Self.inline($0))</li>\n" }.joined() + "</ul>\n"
        }
    }

    /// A text on one line, with code between backquotes.
    static func inline(_ text: String) -> String {
        text.split(separator: "`", omittingEmptySubsequences: false).enumerated().map { index, part in
            index.isMultiple(of: 2) ? escaped(String(part)) : "<code>\(escaped(String(part)))</code>"
        }.joined()
    }

    /// A text in which nothing is markup, also between quotes.
    static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;").replacing("'", with: "&#39;")
    }
}
