// mqtt-certgen check: a live listener as a client sees it: its certificate, the TLS versions that
// it takes, whether it wants a client's certificate, and a real MQTT CONNECT.
#include "common/base/escape.hpp"
#include "common/base/json_object.hpp"
#include "common/cli/password.hpp"
#include "common/crypto/verify_certificate.hpp"
#include "tools/mqtt-certgen/authority.hpp"
#include "tools/mqtt-certgen/check_target.hpp"
#include "tools/mqtt-certgen/describe.hpp"
#include "tools/mqtt-certgen/failure.hpp"
#include "tools/mqtt-certgen/host_names.hpp"
#include "tools/mqtt-certgen/key_file.hpp"
#include "tools/mqtt-certgen/mqtt_hello.hpp"
#include "tools/mqtt-certgen/time_text.hpp"
#include "tools/mqtt-certgen/verify_rules.hpp"

#include <array>
#include <ostream>

namespace mqtt_certgen {

namespace {

using crypto::ProbedVersion;

struct CheckResult {
    std::string tls; ///< "TLSv1.3, TLS_AES_256_GCM_SHA384"
    crypto::Certificate certificate;
    std::vector<crypto::CryptoProblem> problems;
    std::vector<std::string> versions;
    std::string client_certificate; ///< "required", "optional", "not asked for"
    std::string mqtt;               ///< what the broker said; empty: it was not asked
    bool accepted = false;
};

class Check {
public:
    explicit Check(Job& job) : job_(job), target_(parse_target(job.settings.words.front())) {}

    cli::Outcome run() {
        const Settings& settings = job_.settings;
        rules_ = verify_rules(job_);
        rules_.purpose = crypto::VerifyFor::server;
        rules_.host = host_of(settings.hosts.empty() ? target_.host : settings.hosts.front());
        probe_.alpn = settings.alpn;
        if (rules_.host->kind == crypto::NameKind::dns) probe_.server_name = rules_.host->value;
        probe_.identity = read_identity();
        if (!settings.password_file.empty())
            password_ = crypto::SecretString(cli::read_password(settings.password_file));
        const CheckResult result = look();
        if (settings.json) {
            say_json(result);
        } else {
            say(result);
        }
        return outcome_of(result);
    }

private:
    [[nodiscard]] LiveConnection::Deadline deadline() const {
        return std::chrono::steady_clock::now() + job_.settings.timeout;
    }

    /// A server that closes at once may take its reason along; what it asked for tells as much.
    [[noreturn]] void cannot(const std::string& why) const {
        std::string words = target_.text() + ": " + why;
        std::string hint;
        if (asked_ && !probe_.identity) {
            words = target_.text() + ": the server requires a client certificate (" + why + ")";
            hint = "--cert and --key-file give one";
        } else if (asked_) {
            words += ", after it has seen the client's certificate";
            hint =
                "it may be revoked, expired or from another authority; the broker's log says more";
        }
        throw cli::ToolError(cli::ExitCode::connect_failed, words, hint);
    }

    [[nodiscard]] std::optional<crypto::ClientIdentity> read_identity() const {
        const Settings& settings = job_.settings;
        if (settings.certificate_file.empty()) return std::nullopt;
        auto chain = expect(
            crypto::Certificate::parse_all(read_text(settings.certificate_file, "the certificate")),
            settings.certificate_file
        );
        const std::string& path = settings.key_file;
        const crypto::SecretString text(read_text(path, "the key"));
        crypto::PrivateKey key = open_key(
            job_,
            path,
            text.view(),
            settings.old_pass,
            {"the key " + base::in_quotes(path), "--pass-file or --pass-env"}
        );
        if (!(key.public_key() == chain.front().public_key()))
            fail(path + ": the key does not belong to " + settings.certificate_file);
        return crypto::ClientIdentity{std::move(chain), std::move(key)};
    }

    CheckResult look() {
        try {
            LiveConnection connection(target_.host, target_.port, probe_, deadline());
            job_.tool.console.debug("TLS is there; CONNECT goes out");
            asked_ = connection.tls().asks_for_certificate();
            const std::vector<crypto::Certificate> chain = connection.tls().chain();
            if (chain.empty()) cannot("the server has shown no certificate");
            CheckResult result{
                .tls = connection.tls().version() + ", " + connection.tls().cipher(),
                .certificate = chain.front(),
                .problems = {},
                .versions = {},
                .client_certificate = "not asked for",
                .mqtt = {},
                .accepted = false};
            rules_.intermediate.assign(chain.begin() + 1, chain.end());
            result.problems = crypto::verify_certificate(result.certificate, rules_);
            // Nobody but the right broker learns the password.
            if (result.problems.empty() || job_.settings.user_name.empty()) {
                const HelloAnswer answer = hello(connection);
                result.mqtt = answer.words;
                result.accepted = answer.accepted;
            }
            if (asked_)
                result.client_certificate = requires_certificate() ? "required" : "optional";
            result.versions = accepted_versions();
            return result;
        } catch (const ConnectionFailure& failure) {
            cannot(failure.what());
        }
    }

    HelloAnswer hello(LiveConnection& connection) {
        return say_hello(
            connection,
            target_,
            {.user_name = job_.settings.user_name, .password = password_.view()},
            job_.entropy
        );
    }

    /// TLS 1.3 says so only after the handshake, so something has to be asked.
    bool requires_certificate() {
        if (!probe_.identity) return false; // it was answered without one
        crypto::TlsProbeSettings without = probe_;
        without.identity.reset();
        try {
            LiveConnection connection(target_.host, target_.port, without, deadline());
            static_cast<void>(say_hello(connection, target_, {}, job_.entropy));
            return false;
        } catch (const ConnectionFailure&) {
            return true;
        }
    }

    std::vector<std::string> accepted_versions() {
        std::vector<std::string> names;
        for (const ProbedVersion version :
             {ProbedVersion::tls_1_0,
              ProbedVersion::tls_1_1,
              ProbedVersion::tls_1_2,
              ProbedVersion::tls_1_3}) {
            crypto::TlsProbeSettings only = probe_;
            only.version = version;
            try {
                const LiveConnection connection(target_.host, target_.port, only, deadline());
                names.emplace_back(name_of(version));
            } catch (const ConnectionFailure&) {
                // It is not among them, which is the answer.
                continue;
            }
        }
        return names;
    }

    [[nodiscard]] bool takes_old_versions(const CheckResult& result) const {
        return !result.versions.empty() && result.versions.front() < "TLSv1.2";
    }

    [[nodiscard]] bool ends_soon(const CheckResult& result) const {
        const auto days = job_.settings.warn_days.value_or(warning_days);
        return result.certificate.not_after() <= job_.now + days;
    }

    void say(const CheckResult& result) const {
        std::ostream& out = job_.tool.out;
        const crypto::CertificateTime end = result.certificate.not_after();
        out << target_.text() << ": " << result.tls << '\n'
            << "  certificate  " << base::escaped(result.certificate.subject_text()) << ", from "
            << base::escaped(result.certificate.issuer_text()) << '\n'
            << "  names        " << joined(result.certificate.names()) << '\n'
            << "  ends         " << day_text(end) << ", " << distance_text(end, job_.now) << '\n'
            << "  key          " << result.certificate.public_key().description() << '\n'
            << "  versions     " << joined(result.versions) << '\n'
            << "  client's     certificate is " << result.client_certificate << '\n'
            << "  MQTT         " << (result.mqtt.empty() ? "not asked" : "CONNECT: " + result.mqtt)
            << '\n'
            << std::flush;
        if (!job_.tool.console.quiet()) {
            for (const crypto::CryptoProblem& each : result.problems) {
                job_.tool.console.error(
                    target_.text() + ": the certificate: " + each.message, each.hint
                );
            }
        }
        if (result.mqtt.empty()) {
            job_.tool.console.warning(
                "the password was not sent to a broker that cannot prove who it is"
            );
        }
        if (takes_old_versions(result))
            job_.tool.console.warning(target_.text() + ": it takes TLS versions older than 1.2");
        if (result.problems.empty() && ends_soon(result)) {
            job_.tool.console.warning(
                target_.text() + ": the certificate ends " + distance_text(end, job_.now)
            );
        }
    }

    void say_json(const CheckResult& result) const {
        std::vector<std::string> problems;
        for (const crypto::CryptoProblem& each : result.problems)
            problems.push_back(each.message);
        base::JsonObject object;
        object.text("listener", target_.text()).flag("valid", result.problems.empty());
        object.texts("problems", problems).text("tls", result.tls);
        object.text("subject", base::escaped(result.certificate.subject_text()));
        object.text("not_after", to_text(result.certificate.not_after()));
        object.text("fingerprint", result.certificate.fingerprint());
        object.texts("versions", result.versions);
        object.text("client_certificate", result.client_certificate);
        object.flag("accepted", result.accepted).text("mqtt", result.mqtt);
        job_.tool.out << object.str() << '\n';
    }

    [[nodiscard]] cli::Outcome outcome_of(const CheckResult& result) const {
        if (!result.problems.empty()) return {.code = cli::ExitCode::local_error};
        if (!result.accepted) return {.code = cli::ExitCode::refused};
        return {.code = ends_soon(result) ? cli::ExitCode::needs_attention : cli::ExitCode::ok};
    }

    Job& job_;
    CheckTarget target_;
    crypto::Verification rules_;
    crypto::TlsProbeSettings probe_;
    crypto::SecretString password_;
    bool asked_ = false; ///< for a client's certificate
};

} // namespace

cli::Outcome run_check(Job& job) {
    return Check(job).run();
}

} // namespace mqtt_certgen
