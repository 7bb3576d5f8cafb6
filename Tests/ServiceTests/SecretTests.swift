import Foundation
import Testing

@testable import Service

@Suite struct SecretTests {
    private struct Account {
        let name: String
        let password: Secret
        let token: Secret?
    }

    @Test func noWayOfPrintingShowsIt() {
        let secret = Secret("hunter2")
        let account = Account(name: "edwin", password: secret, token: secret)
        var dumped = ""
        dump(account, to: &dumped)
        let texts = [
            "\(secret)", String(describing: secret), String(reflecting: secret), secret.description,
            secret.debugDescription, "\(account)", String(reflecting: account), "\([secret])",
            "\(["k": secret])",
            "\(Optional(secret) as Any)", dumped, "\(Mirror(reflecting: secret).children.map(\.value))",
            secret.yaml(unit: .none), "\(Result<Secret, any Error>.success(secret))",
        ]
        for text in texts { #expect(!text.contains("hunter2")) }
        #expect("\(secret)" == "***")
        #expect("\(account)".contains("***") && "\(account)".contains("edwin"))
        #expect(secret.value == "hunter2")
    }

    @Test func equalityIsThatOfTheTexts() {
        #expect(Secret("abc") == Secret("abc"))
        #expect(Secret("abc") != Secret("abd"))
        #expect(Secret("abc") != Secret("abcd"))
        #expect(Secret("") == Secret(""))
    }
}

@Suite struct PlaceholderSecretTests {
    @Test(arguments: [
        "", "  ", "changeme", "ChangeMe!", "change-me-please", "CHANGE_ME", "<your password>", "<>", "admin",
        "Admin",
        "abc0123", "mongoadminsecret", "ztf", "password", "xxxxxxxx",
        "irjsxvfJdqSJ2fcnpPacbH972dt-RPMMLE48PQ8J5Hg=",
        "mongodb://ztf:ztf@mongo:27017/kowalski", "mongodb://mongoadmin:mongoadminsecret@h1,h2/?x=@",
        "mongodb://u:<password>@h",
    ])
    func wellKnownTextsAreRefused(text: String) {
        #expect(PlaceholderSecret.reason(Secret(text)) != nil)
    }

    @Test(arguments: [
        "kN3v-77Qz", "mongodb://localhost:27017", "mongodb://ztf:kN3v77Qz@mongo", "mongodb://ztf@mongo",
        "administrator2",
        "correct horse battery staple",
    ])
    func othersAreAccepted(text: String) {
        #expect(PlaceholderSecret.reason(Secret(text)) == nil)
    }

    @Test func faultsNameTheSourceAndNotTheValue() throws {
        let folder = try TemporaryFolder()
        let path = try folder.file(
            "secrets.json", "{\"database\":\n {\"uri\": \"mongodb://a:mongoadminsecret@c\"}}")
        let configuration = try Configuration.load(
            secretsFile: .required(path), environment: [:], declared: Sample.all)
        #expect(
            configuration.placeholderSecrets.map(\.description) == [
                "\(path):2: database.uri: the password in it is a placeholder or a well-known default",
                "default: server.admin_password: a placeholder or a well-known default",
            ])
        let real = try Configuration.load(
            environment: ["SKIPPER_SERVER__ADMIN_PASSWORD": "kN3v77Qz"], declared: Sample.all)
        #expect(real.placeholderSecrets == [])
    }
}
