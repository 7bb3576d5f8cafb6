extension JSONWriter {
    /// A value that is neither a document nor an array. Of a code with scope everything up to the scope's
    /// opening brace is written and the scope's place returned, because a scope is a document of any depth.
    mutating func writeScalar(_ field: Field, _ bytes: RawSpan) -> Range<Int>? {
        let start = field.valueStart
        switch field.type {
        case .double: write(double: Double(bitPattern: bytes.load64(at: start)))
        case .int32: write(integer: Int64(Int32(bitPattern: bytes.load32(at: start))), "{\"$numberInt\":\"")
        case .int64: write(integer: Int64(bitPattern: bytes.load64(at: start)), "{\"$numberLong\":\"")
        case .string: output.append(jsonString: bytes, field.textRange)
        case .bool: bytes.byte(at: start) == 1 ? output.append("true") : output.append("false")
        case .null: output.append("null")
        case .datetime: write(datetime: Int64(bitPattern: bytes.load64(at: start)))
        case .binary: writeBinary(field, bytes)
        case .objectID: write(objectID: bytes, at: start)
        case .undefined: output.append("{\"$undefined\":true}")
        case .minKey: output.append("{\"$minKey\":1}")
        case .maxKey: output.append("{\"$maxKey\":1}")
        case .timestamp:
            output.append("{\"$timestamp\":{\"t\":")
            output.append(decimal: Int64(bytes.load32(at: start + 4)))
            output.append(",\"i\":")
            output.append(decimal: Int64(bytes.load32(at: start)))
            output.append("}}")
        case .decimal128:
            output.append("{\"$numberDecimal\":\"")
            output.append(
                Decimal128(high: bytes.load64(at: start + 8), low: bytes.load64(at: start)).description)
            output.append("\"}")
        case .symbol: write("{\"$symbol\":", bytes, field.textRange)
        case .javaScript: write("{\"$code\":", bytes, field.textRange)
        case .regularExpression: writeRegularExpression(field, bytes)
        case .dbPointer:
            output.append("{\"$dbPointer\":")
            write("{\"$ref\":", bytes, (start + 4)..<(field.valueEnd - 13), closing: ",\"$id\":")
            write(objectID: bytes, at: field.valueEnd - 12)
            output.append("}}")
        case .javaScriptWithScope:
            guard let parts = field.codeAndScope(in: bytes) else {
                output.append("null")
                return nil
            }
            write("{\"$code\":", bytes, parts.code, closing: ",\"$scope\":{")
            return parts.scope
        case .document, .array: break
        }
        return nil
    }

    private mutating func write(double number: Double) {
        guard number.isFinite else {
            let name: StaticString = number.isNaN ? "NaN" : number > 0 ? "Infinity" : "-Infinity"
            output.append("{\"$numberDouble\":\"")
            output.append(name)
            return output.append("\"}")
        }
        if mode == .relaxed { return output.append(number.description) }
        output.append("{\"$numberDouble\":\"")
        output.append(number.description)
        output.append("\"}")
    }

    private mutating func write(integer number: Int64, _ wrapper: StaticString) {
        if mode == .relaxed { return output.append(decimal: number) }
        output.append(wrapper)
        output.append(decimal: number)
        output.append("\"}")
    }

    private mutating func write(datetime milliseconds: Int64) {
        if mode == .relaxed, CalendarTime.writable.contains(milliseconds) {
            output.append("{\"$date\":\"")
            output.append(time: CalendarTime(milliseconds: milliseconds))
            return output.append("\"}")
        }
        output.append("{\"$date\":{\"$numberLong\":\"")
        output.append(decimal: milliseconds)
        output.append("\"}}")
    }

    /// Subtype 2 has its length a second time inside, which Extended JSON leaves out.
    private mutating func writeBinary(_ field: Field, _ bytes: RawSpan) {
        let subtype = bytes.byte(at: field.valueStart + 4)
        var start = field.valueStart + 5
        if subtype == 2, field.valueEnd - start >= 4,
            Int(bytes.load32(at: start)) == field.valueEnd - start - 4
        {
            start += 4
        }
        output.append("{\"$binary\":{\"base64\":\"")
        output.append(base64: bytes, start..<field.valueEnd)
        output.append("\",\"subType\":\"")
        output.append(Hexadecimal.digit(subtype >> 4))
        output.append(Hexadecimal.digit(subtype & 15))
        output.append("\"}}")
    }

    private mutating func write(objectID bytes: RawSpan, at start: Int) {
        output.append("{\"$oid\":\"")
        for offset in start..<(start + 12) {
            let byte = bytes.byte(at: offset)
            output.append(Hexadecimal.digit(byte >> 4))
            output.append(Hexadecimal.digit(byte & 15))
        }
        output.append("\"}")
    }

    private mutating func writeRegularExpression(_ field: Field, _ bytes: RawSpan) {
        let patternEnd = bytes.firstZero(from: field.valueStart, before: field.valueEnd)
        output.append("{\"$regularExpression\":")
        write("{\"pattern\":", bytes, field.valueStart..<patternEnd, closing: ",\"options\":")
        output.append(jsonString: bytes, (patternEnd + 1)..<(field.valueEnd - 1))
        output.append("}}")
    }

    /// A text in quotes between two constants.
    private mutating func write(
        _ opening: StaticString, _ bytes: RawSpan, _ text: Range<Int>, closing: StaticString = "}"
    ) {
        output.append(opening)
        output.append(jsonString: bytes, text)
        output.append(closing)
    }
}
