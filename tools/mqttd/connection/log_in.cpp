// Who the client is: its password is checked elsewhere and CONNECT waits meanwhile; whose session
// it may have; and who may stay after a reload.
#include "common/base/escape.hpp"
#include "tools/mqttd/connection/address_lists.hpp"
#include "tools/mqttd/connection/connection.hpp"

#include <utility>

namespace mqttd {

using mqtt::ReasonCode;

namespace {

constexpr std::string_view wrong_login = "user name or password is wrong";

ConnectRefusal refusal_for(LoginVerdict verdict) {
    switch (verdict) {
    case LoginVerdict::limited:
        return {ReasonCode::connection_rate_exceeded, "too many logins have failed; try later"};
    case LoginVerdict::busy:
        return {ReasonCode::server_busy, "too many clients are logging in; try later"};
    default:
        return {ReasonCode::bad_user_name_or_password, std::string(wrong_login)};
    }
}

} // namespace

// False: refused, or not known yet. The verdict is about the password that the file had when the
// check began; if a reload has changed it meanwhile, the check begins again.
bool Connection::has_logged_in(const mqtt::Connect& connect) {
    const std::shared_ptr<Authenticator> logins = host_->access().of(listener_->index()).logins;
    std::optional<LoginVerdict> verdict = std::exchange(verdict_, std::nullopt);
    const std::uint64_t mark_before = std::exchange(login_mark_, 0);
    if (logins == nullptr || !has_user_name(connect)) return true;
    const std::uint64_t mark = logins->mark_of(*connect.user_name);
    if (!verdict || mark != mark_before) {
        verdict = LoginVerdict::refused;
        if (connect.password) {
            Login login{
                .user = std::string(*connect.user_name),
                .password = crypto::SecretString(base::as_text(*connect.password)),
                .address = peer_.address,
            };
            verdict = logins->check(std::move(login), host_->verdict_for(*this));
        }
    }
    login_mark_ = mark;
    proof_ = Proof::password;
    if (!verdict) {
        hold_connect(State::logging_in);
    } else if (*verdict != LoginVerdict::accepted) {
        refuse_login(connect, *verdict);
    }
    return verdict == LoginVerdict::accepted;
}

void Connection::on_verdict(LoginVerdict verdict) {
    if (state_ != State::logging_in) return;
    verdict_ = verdict;
    state_ = State::awaiting_connect;
    last_packet_ = context().now; // the client has waited for us, not we for it
    process_pending();
    if (wants_bytes()) transport_->resume_reading();
}

void Connection::refuse_login(const mqtt::Connect& connect, LoginVerdict verdict) {
    Counters& counters = context().counters;
    const ConnectRefusal refusal = refusal_for(verdict);
    if (verdict == LoginVerdict::busy) {
        counters.logins_busy.add();
    } else {
        (verdict == LoginVerdict::limited ? counters.logins_limited : counters.logins_refused)
            .add();
        log_refused_login(*connect.user_name, refusal.text);
    }
    refuse(connect.version, refusal);
}

// In a form of its own that programs like fail2ban can rely on: the address first, and everything
// that the client chose in quotes and escaped.
void Connection::log_refused_login(std::string_view user, std::string_view why) const {
    context().write_log(base::LogLevel::notice, [&] {
        return "login refused: address=" + peer_.address + " user=" + base::in_quotes(user) +
               " client=" + base::in_quotes(client_id_) + ": " + std::string(why);
    });
}

void Connection::on_login_timeout() {
    context().counters.logins_busy.add();
    refuse(
        terms().version,
        {ReasonCode::server_busy,
         "the password could not be checked within " +
             std::to_string(config().limits.connect_timeout.count()) + " seconds (connect_timeout)"}
    );
}

// A listener's certificates are not a list of users: none of theirs is ever gone.
Connection::Owner Connection::owner_of(const Session& session) const {
    const Proof proof = proof_of(session.realm());
    const auto& listeners = config().listeners;
    Owner owner = Owner::in_no_file;
    for (std::size_t i = 0; i < listeners.size(); ++i) {
        if (realm_of(proof, listeners[i]) != session.realm()) continue;
        if (proof != Proof::password) {
            if (transport_proof_of(listeners[i].tls) == proof) return Owner::known;
            continue;
        }
        const auto& logins = host_->access().of(i).logins;
        if (logins == nullptr) continue;
        if (logins->mark_of(session.user_name()) != 0) return Owner::known;
        owner = Owner::gone;
    }
    return owner;
}

/// A certificate proves as much as a password does where both are asked for, but not the reverse.
bool Connection::owns(const Session& session, const mqtt::Connect& connect) const {
    if (proof_ == Proof::none || session.user_name() != *connect.user_name) return false;
    const Realm realm = session.realm();
    return realm_of(proof_, listener_config()) == realm ||
           realm_of(Proof::password, listener_config()) == realm ||
           (proof_ == proof_of(realm) && owner_of(session) == Owner::in_no_file); // it was moved
}

// A client identifier is no secret, so it does not open a session that a user has made who has
// shown to be this user: only the same user does. When that user is gone the session is nobody's:
// another client gets a new one. [MQTT5 5.4.2]
bool Connection::may_have_session(
    std::string_view client_id, const mqtt::Connect& connect, bool& clean_start
) const {
    const Session* const session = host_->sessions().find(client_id);
    if (session == nullptr || session->realm() == Realm::nobody) return true;
    if (!config().auth.session_owner_check || owns(*session, connect)) return true;
    if (owner_of(*session) == Owner::known) return false;
    clean_start = true;
    return true;
}

// A password that was changed counts as taken away: whoever knows the new one comes back.
void Connection::on_access_changed() {
    if (listener_config().closed) return begin_shutdown(listener_is_closed);
    if (state_ != State::connected) return;
    if (const auto why = why_not_from(listener_config(), peer_.address); !why.empty()) {
        return fail(ReasonCode::not_authorized, why);
    }
    const std::string& user = session_->user_name();
    const bool has_user = !user.empty();
    if (const auto refused = check_entry(has_user, client_id_, config(), listener_config())) {
        return fail(refused->reason, refused->text);
    }
    const auto& logins = host_->access().of(listener_->index()).logins;
    if (logins == nullptr || !has_user || proof_ == Proof::certificate) return;
    const std::uint64_t mark = logins->mark_of(user);
    if (mark == 0) return fail(ReasonCode::not_authorized, "the user is no longer known");
    if (mark != login_mark_) fail(ReasonCode::not_authorized, "the password was changed");
}

} // namespace mqttd
