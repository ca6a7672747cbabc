#include "tools/mqttd/shard/retained_desk.hpp"

#include <utility>

namespace mqttd {

void RetainedDesk::store_retained(const MessagePtr& message) {
    const unsigned shard = retained_shard(message->topic(), context_.count);
    if (shard == context_.index) {
        static_cast<void>(store_.store(message)); // a refusal is counted and logged by the store
    } else {
        mailroom_.send_retained(shard, message);
    }
}

void RetainedDesk::on_mail(RetainMail& mail) {
    static_cast<void>(store_.store(mail.message));
}

void RetainedDesk::query(unsigned shard, RetainedQuery query) {
    QueryMail mail{context_.index, std::move(query)};
    if (shard == context_.index) {
        queries_.push_back(std::move(mail));
    } else {
        mailroom_.send(shard, std::move(mail));
    }
}

RetainedAnswer RetainedDesk::answer() {
    const QueryMail mail = std::move(queries_.front());
    queries_.pop_front();
    const RetainedQuery& query = mail.query;
    return {
        mail.from,
        BatchMail{
            query.session,
            query.replay,
            store_.find(query.filter, query.cursor, nodes_a_query),
        },
    };
}

} // namespace mqttd
