import Testing

@testable import Mongo

@Suite struct ConnectionStringTests {
    @Test func userAndPasswordAreNotShown() {
        let uri: ConnectionString = "mongodb://kowalski:p%40ss:w/ord@a:1,b:2/?replicaSet=rs0"
        let settings = MongoSettings(uri: uri, database: "x")
        var dumped = ""
        dump(settings, to: &dumped)
        for shown in ["\(uri)", String(reflecting: uri), "\(settings)", String(reflecting: settings), dumped]
        {
            #expect(!shown.contains("p%40ss") && !shown.contains("w/ord") && !shown.contains("kowalski"))
            #expect(shown.contains("@a:1,b:2/?replicaSet=rs0"))
        }
    }

    @Test func withoutSecretsNothingIsHidden() {
        #expect("\(ConnectionString("mongodb://a:1/?x=y"))" == "mongodb://a:1/?x=y")
    }

    @Test(arguments: ["p%40ssw/ord", "p@ssw/ord", "ord", "p%40ssw"])
    func allShapesOfThePasswordAreRemoved(shape: String) {
        let secrets = ConnectionString("mongodb://user:p%40ssw/ord@host").secrets
        #expect(!secrets.removed(from: "refused: '\(shape)' at host").contains(shape))
        #expect(secrets.removed(from: "refused at host") == "refused at host")
    }
}
