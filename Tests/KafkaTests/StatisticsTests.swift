import Testing

@testable import Kafka

@Suite struct StatisticsTests {
    /// Field names and the meaning of −1 from librdkafka's STATISTICS.md; values made up.
    let report = """
        {"name":"rdkafka#consumer-1","rx_bytes":123456,"rxmsgs":42,"brokers":{
          "b:9092/1":{"name":"b:9092/1","source":"learned","state":"UP","rtt":{"avg":1500,"cnt":3}},
          "a:9092/0":{"name":"a:9092/0","source":"learned","state":"DOWN","rtt":{"avg":0,"cnt":0}},
          "GroupCoordinator":{"name":"GroupCoordinator","source":"logical","state":"UP"}},
         "topics":{"t":{"topic":"t","partitions":{
          "1":{"partition":1,"fetch_state":"active","fetchq_cnt":7,"consumer_lag":9,"hi_offset":20},
          "0":{"partition":0,"fetch_state":"active","fetchq_cnt":0,"consumer_lag":-1,"hi_offset":-1001},
          "2":{"partition":2,"fetch_state":"none","fetchq_cnt":0,"consumer_lag":-1,"hi_offset":-1001},
          "-1":{"partition":-1,"fetch_state":"none","fetchq_cnt":0,"consumer_lag":-1,"hi_offset":-1001}}}},
         "cgrp":{"join_state":"steady","rebalance_cnt":2}}
        """

    @Test func aReportIsReducedToWhatIsUsed() {
        let statistics = Statistics(json: Array(report.utf8))
        #expect(statistics?.receivedBytes == 123456)
        #expect(statistics?.receivedMessages == 42)
        #expect(statistics?.joinState == "steady")
        #expect(statistics?.rebalances == 2)
        #expect(
            statistics?.brokers == [
                .init(name: "a:9092/0", state: "DOWN", roundTripMicroseconds: nil),
                .init(name: "b:9092/1", state: "UP", roundTripMicroseconds: 1500),
            ])
        #expect(
            statistics?.partitions == [
                .init(partition: TopicPartition("t", 0), lag: nil, end: nil, queuedMessages: 0),
                .init(partition: TopicPartition("t", 1), lag: 9, end: 20, queuedMessages: 7),
            ])
    }

    @Test(arguments: ["", "{}", "[1]", "{\"rx_bytes\":\"many\"}"])
    func anythingElseIsNoReport(_ text: String) {
        #expect(Statistics(json: Array(text.utf8)) == nil)
    }
}
