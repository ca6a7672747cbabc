// mqtt-certgen rekey: a new key and a new certificate with the same subject and names.
#include "common/base/escape.hpp"
#include "common/cli/error.hpp"
#include "tools/mqtt-certgen/made.hpp"
#include "tools/mqtt-certgen/renewal.hpp"
#include "tools/mqtt-certgen/revocation.hpp"
#include "tools/mqtt-certgen/time_text.hpp"

#include <sys/stat.h>

#include <set>
#include <utility>

namespace mqtt_certgen {

namespace {

/// The group that may read the old key.
std::optional<gid_t> group_of(const std::string& path) {
    struct stat about {};

    if (::stat(path.c_str(), &about) != 0 || (about.st_mode & S_IRGRP) == 0) return std::nullopt;
    return about.st_gid;
}

Made rekey_one(Job& job, Authority& authority, const std::string& word, FileBatch& files) {
    Renewal renewal = renewal_of(job, authority, word);
    LeafPlan& plan = renewal.plan;
    if (!job.settings.key) plan.key = crypto::kind_of(renewal.old.public_key());
    plan.key_group = group_of(key_path(job, plan.name));
    crypto::Certificate fresh = make_leaf(job, authority, plan, files);
    const std::string old_serial = renewal.old.serial();
    if (job.settings.revoke_old) {
        revoke_record(job, authority, renewal.old, plan.name, "superseded");
        revoke_older(job, authority, plan.name, fresh.serial());
    } else if (renewal.old.not_after() > job.now && !is_revoked(authority, renewal.old)) {
        job.tool.console.note(
            "the old certificate of " + base::in_quotes(plan.name) + " stays valid until " +
            day_text(renewal.old.not_after()) + "; mqtt-certgen revoke " + old_serial + " ends that"
        );
    }
    return {.name = plan.name, .certificate = std::move(fresh)};
}

} // namespace

cli::Outcome run_rekey(Job& job) {
    const std::set<std::string> names(job.settings.words.begin(), job.settings.words.end());
    if (names.contains("ca")) {
        throw cli::UsageError(
            "a new key for the authority is a new authority",
            "mqtt-certgen ca --force; renew ca keeps the key"
        );
    }
    warn_about_key(job);
    FileBatch files(true);
    Authority authority = open_authority(job);
    std::vector<Made> made;
    for (const std::string& name : names)
        made.push_back(rekey_one(job, authority, name, files));
    if (job.settings.revoke_old) write_list(job, authority, files);
    authority.index.save();
    files.commit();
    say_made(job, made);
    return {};
}

} // namespace mqtt_certgen
