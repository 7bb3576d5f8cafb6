/// The two orders in which MongoDB leaves elements that compare as equal.
extension Array {
    /// The elements in order; equal ones stay in the order in which they were.
    /// - Parameter precedes: whether the first is to come before the second.
    func stablySorted(
        by precedes: (Element, Element) throws(Failure) -> Bool
    ) throws(Failure) -> [Element] {
        guard count > 1 else { return self }
        var (sorted, next) = (self, self)
        var width = 1
        while width < count {
            var start = 0
            while start < count {
                let middle = Swift.min(start + width, count)
                let end = Swift.min(middle + width, count)
                var (left, right) = (start, middle)
                for target in start..<end {
                    let takesRight =
                        right < end
                        ? (left < middle ? try precedes(sorted[right], sorted[left]) : true) : false
                    next[target] = sorted[takesRight ? right : left]
                    if takesRight { right += 1 } else { left += 1 }
                }
                start = end
            }
            swap(&sorted, &next)
            width *= 2
        }
        return sorted
    }

    /// The elements in order; more than 16 that are equal come out as C++'s `std::sort` of libstdc++ leaves them,
    /// which mongod calls: Musser's introsort with the median of three, then one insertion sort.
    /// - Parameter precedes: whether the first is to come before the second.
    func introsorted(by precedes: (Element, Element) throws(Failure) -> Bool) throws(Failure) -> [Element] {
        var sort = Introsort(elements: self)
        try sort.run(precedes)
        return sort.elements
    }
}

private struct Introsort<Element> {
    typealias Order = (Element, Element) throws(Failure) -> Bool

    var elements: [Element]
    /// Parts of up to so many elements are left to the insertion sort.
    private let threshold = 16

    init(elements: [Element]) { self.elements = elements }

    mutating func run(_ precedes: Order) throws(Failure) {
        let count = elements.count
        guard count > 1 else { return }
        let depth = 2 * (Int.bitWidth - 1 - count.leadingZeroBitCount)
        try partition(0, count, depth, precedes)
        for index in 1..<count {
            // Within the first part an element that comes before all others is moved there at once, which makes no
            // difference to the result.
            try insert(index, precedes)
        }
    }

    private mutating func partition(_ first: Int, _ end: Int, _ depth: Int, _ precedes: Order) throws(Failure)
    {
        var (end, depth) = (end, depth)
        while end - first > threshold {
            guard depth > 0 else { return try heapSort(first, end, precedes) }
            depth -= 1
            let (one, middle, last) = (first + 1, first + (end - first) / 2, end - 1)
            elements.swapAt(first, try median(one, middle, last, precedes))
            let cut = try cut(first + 1, end, pivot: elements[first], precedes)
            try partition(cut, end, depth, precedes)
            end = cut
        }
    }

    /// Which of three positions holds the middle one.
    private func median(_ one: Int, _ two: Int, _ three: Int, _ precedes: Order) throws(Failure) -> Int {
        if try precedes(elements[one], elements[two]) {
            if try precedes(elements[two], elements[three]) { return two }
            return try precedes(elements[one], elements[three]) ? three : one
        }
        if try precedes(elements[one], elements[three]) { return one }
        return try precedes(elements[two], elements[three]) ? three : two
    }

    /// Brings what precedes the pivot to the front.
    private mutating func cut(
        _ first: Int, _ end: Int, pivot: Element, _ precedes: Order
    ) throws(Failure) -> Int {
        var (low, high) = (first, end)
        while true {
            while low < end, try precedes(elements[low], pivot) { low += 1 }
            high -= 1
            while high > first, try precedes(pivot, elements[high]) { high -= 1 }
            guard low < high else { return low }
            elements.swapAt(low, high)
            low += 1
        }
    }

    private mutating func insert(_ index: Int, _ precedes: Order) throws(Failure) {
        let element = elements[index]
        var hole = index
        while hole > 0, try precedes(element, elements[hole - 1]) {
            elements[hole] = elements[hole - 1]
            hole -= 1
        }
        elements[hole] = element
    }

    /// For parts that resist: bounds the whole to n log n comparisons.
    private mutating func heapSort(_ first: Int, _ end: Int, _ precedes: Order) throws(Failure) {
        let count = end - first
        for parent in stride(from: (count - 2) / 2, through: 0, by: -1) {
            try sift(first, parent, count, elements[first + parent], precedes)
        }
        for last in stride(from: count - 1, to: 0, by: -1) {
            let element = elements[first + last]
            elements[first + last] = elements[first]
            try sift(first, 0, last, element, precedes)
        }
    }

    /// Moves the hole down to a leaf, then the element from there up to its place.
    private mutating func sift(
        _ first: Int, _ top: Int, _ count: Int, _ element: Element, _ precedes: Order
    ) throws(Failure) {
        var (hole, child) = (top, top)
        while child < (count - 1) / 2 {
            child = 2 * (child + 1)
            if try precedes(elements[first + child], elements[first + child - 1]) { child -= 1 }
            elements[first + hole] = elements[first + child]
            hole = child
        }
        if count % 2 == 0, child == (count - 2) / 2 {
            child = 2 * (child + 1)
            elements[first + hole] = elements[first + child - 1]
            hole = child - 1
        }
        while hole > top {
            let parent = (hole - 1) / 2
            guard try precedes(elements[first + parent], element) else { break }
            elements[first + hole] = elements[first + parent]
            hole = parent
        }
        elements[first + hole] = element
    }
}
