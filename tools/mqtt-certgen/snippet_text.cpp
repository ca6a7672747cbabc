#include "tools/mqtt-certgen/snippet_text.hpp"

#include <string_view>

namespace mqtt_certgen {

namespace {

std::string in_folder(const SnippetPlan& plan, std::string_view name) {
    std::string path = plan.folder;
    if (!path.ends_with('/')) path += '/';
    return path.append(name);
}

std::string tls_lines(const SnippetPlan& plan) {
    std::string text = "cafile " + in_folder(plan, "ca.crt") + "\ncertfile " +
                       in_folder(plan, plan.server + ".crt") + "\nkeyfile " +
                       in_folder(plan, plan.server + ".key") + '\n';
    if (!plan.with_client_certificates) return text;
    return text + "crlfile " + in_folder(plan, "ca.crl") +
           "\nrequire_certificate true\nuse_identity_as_username true\n";
}

std::string command(const SnippetPlan& plan, const std::string& client, std::string_view tool) {
    std::string text(tool);
    text += " -h " + shell_word(plan.host) + " -p " + std::to_string(plan.port) + " --cafile " +
            shell_word(in_folder(plan, "ca.crt"));
    if (client.empty()) return text;
    return text + " --cert " + shell_word(in_folder(plan, client + ".crt")) + " --key " +
           shell_word(in_folder(plan, client + ".key"));
}

} // namespace

std::string shell_word(const std::string& text) {
    constexpr std::string_view plain =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+=:,./-";
    if (!text.empty() && text.find_first_not_of(plain) == std::string::npos) return text;
    std::string quoted = "'";
    for (const char c : text) {
        if (c == '\'') {
            quoted += "'\\''";
        } else {
            quoted += c;
        }
    }
    return quoted + '\'';
}

std::string config_text(const SnippetPlan& plan) {
    std::string text;
    if (plan.with_client_certificates) {
        text += "# Who has a certificate of the authority may connect; its common name is the user "
                "name.\n"
                "allow_anonymous false\n";
    } else {
        text += "# Everybody may connect. For passwords: mqtt-passwd -c FILE USER, then\n"
                "# password_file FILE, and false here.\n"
                "allow_anonymous true\n";
    }
    text += "\nlistener " + std::to_string(plan.port) + '\n' + tls_lines(plan);
    if (plan.websocket_port) {
        text += "\nlistener " + std::to_string(*plan.websocket_port) + "\nprotocol websockets\n" +
                tls_lines(plan);
    }
    return text;
}

std::string subscribe_command(const SnippetPlan& plan, const std::string& client) {
    return command(plan, client, "mqtt-sub") + " -v -t 'test/#'";
}

std::string publish_command(const SnippetPlan& plan, const std::string& client) {
    return command(plan, client, "mqtt-pub") + " -t test/hello -m hello";
}

} // namespace mqtt_certgen
