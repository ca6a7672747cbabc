#include "tools/mqtt-certgen/made.hpp"

#include "common/base/json_object.hpp"
#include "tools/mqtt-certgen/issue.hpp"
#include "tools/mqtt-certgen/time_text.hpp"

#include <ostream>

namespace mqtt_certgen {

std::string to_json(const Job& job, const Made& made) {
    base::JsonObject object;
    object.text("name", made.name).text("certificate", certificate_path(job, made.name));
    if (made.with_key) object.text("key", key_path(job, made.name));
    object.text("subject", made.certificate.subject_text());
    object.text("serial", made.certificate.serial());
    object.text("not_after", to_text(made.certificate.not_after()));
    return object.str();
}

void say_made(Job& job, const std::vector<Made>& all) {
    for (const Made& each : all) {
        if (job.settings.json) {
            job.tool.out << to_json(job, each) << '\n';
            continue;
        }
        job.tool.out << certificate_path(job, each.name) << '\n';
        if (each.with_key) job.tool.out << key_path(job, each.name) << '\n';
    }
}

} // namespace mqtt_certgen
