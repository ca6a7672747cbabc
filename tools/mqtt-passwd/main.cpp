#include "common/cli/run_tool.hpp"
#include "tools/mqtt-passwd/change_users.hpp"
#include "tools/mqtt-passwd/look_at_users.hpp"
#include "tools/mqtt-passwd/passwd_settings.hpp"

namespace {

using mqtt_passwd::Task;

cli::Outcome passwd(cli::ToolContext& tool) {
    auto settings = mqtt_passwd::read_settings(tool);
    if (!settings) return {};
    switch (settings->task) {
    case Task::set:
        mqtt_passwd::set_users(*settings, tool);
        break;
    case Task::remove:
        mqtt_passwd::remove_users(*settings, tool);
        break;
    case Task::hash_plain:
        mqtt_passwd::hash_plain_users(*settings, tool);
        break;
    case Task::verify:
        return mqtt_passwd::verify_users(*settings, tool);
    case Task::list:
        return mqtt_passwd::list_users(*settings, tool);
    }
    return {};
}

} // namespace

int main(int argc, char** argv) {
    return cli::run_tool("mqtt-passwd", argc, argv, passwd);
}
