#include "common/crypto/tls/tls13_records.hpp"

#include "common/crypto/openssl_handle.hpp"

#include <openssl/ssl.h>

#include <algorithm>
#include <array>
#include <new>
#include <utility>

namespace crypto {

namespace {

constexpr std::size_t header_size = 5;
constexpr std::size_t largest_content = 16'384;
/// The content, its type, padding and the tag. [RFC 8446 5.2]
constexpr std::size_t largest_record = largest_content + 256;

enum ContentType : std::uint8_t { alert = 21, handshake = 22, application_data = 23 };

enum Alert : std::uint8_t {
    close_notify = 0,
    unexpected_message = 10,
    bad_record_mac = 20,
    record_overflow = 22,
    decode_error = 50,
    illegal_parameter = 47,
    user_canceled = 90,
};

constexpr std::uint8_t warning_level = 1;
constexpr std::uint8_t fatal_level = 2;

constexpr std::uint8_t key_update = 24;
constexpr std::size_t key_update_size = 5;

/// AES-GCM is safe for 2^24.5 full records under one key. [RFC 8446 5.5]
constexpr std::uint64_t most_records_of_a_key = std::uint64_t{1} << 23U;

using Header = std::array<std::uint8_t, header_size>;

Header header_for(std::size_t size) {
    return {
        application_data,
        3,
        3,
        static_cast<std::uint8_t>(size >> 8U),
        static_cast<std::uint8_t>(size & 0xFFU)};
}

void must(int done) {
    if (done != 1) throw std::bad_alloc(); // nothing else can go wrong with these arguments
}

} // namespace

/// OpenSSL's AEAD with the keys of one direction, which costs a kilobyte and is there for one call.
class Tls13Records::Cipher {
public:
    Cipher(Tls13Keys& keys, bool seals) : keys_(keys), context_(EVP_CIPHER_CTX_new()) {
        if (!context_) throw std::bad_alloc();
        const EVP_CIPHER* const algorithm = keys.suite().algorithm();
        must(EVP_CipherInit_ex2(
            context_.get(), algorithm, keys.key(), nullptr, seals ? 1 : 0, nullptr
        ));
    }

    void seal(std::uint8_t type, base::Bytes content, base::ByteBuffer& wire) {
        const std::size_t size = content.size() + 1 + tls13_tag_size;
        const Header header = header_for(size);
        base::append(wire, header);
        const std::size_t start = wire.size();
        wire.resize(start + size);
        std::uint8_t* const out = wire.data() + start;
        begin(header);
        update(out, content);
        update(out + content.size(), {&type, 1});
        finish_sealing(out + content.size() + 1);
    }

    /// sealed: with its tag. The inner bytes are appended to out; false: somebody has changed it.
    [[nodiscard]] bool open(base::Bytes header, base::Bytes sealed, base::ByteBuffer& out) {
        const base::Bytes text = sealed.first(sealed.size() - tls13_tag_size);
        std::array<std::uint8_t, tls13_tag_size> tag{};
        std::copy(sealed.end() - tls13_tag_size, sealed.end(), tag.begin());
        const std::size_t start = out.size();
        out.resize(start + text.size());
        begin(header);
        update(out.data() + start, text);
        int size = 0;
        const int count = static_cast<int>(tag.size());
        must(EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_AEAD_SET_TAG, count, tag.data()));
        std::uint8_t none = 0;
        if (EVP_CipherFinal_ex(context_.get(), &none, &size) == 1) return true;
        out.resize(start);
        return false;
    }

private:
    void begin(base::Bytes header) {
        const Tls13Keys::Nonce nonce = keys_.next_nonce();
        must(EVP_CipherInit_ex2(context_.get(), nullptr, nullptr, nonce.data(), -1, nullptr));
        update(nullptr, header);
    }

    /// out: nullptr for what is authenticated only.
    void update(std::uint8_t* out, base::Bytes in) {
        if (in.empty()) return;
        int size = 0;
        must(EVP_CipherUpdate(context_.get(), out, &size, in.data(), static_cast<int>(in.size())));
    }

    void finish_sealing(std::uint8_t* tag) {
        int size = 0;
        must(EVP_CipherFinal_ex(context_.get(), tag, &size));
        must(EVP_CIPHER_CTX_ctrl(
            context_.get(), EVP_CTRL_AEAD_GET_TAG, static_cast<int>(tls13_tag_size), tag
        ));
    }

    Tls13Keys& keys_;
    OpensslPtr<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free> context_;
};

Tls13Records::Tls13Records(std::unique_ptr<Tls13Keys> reading, std::unique_ptr<Tls13Keys> writing)
    : reading_(std::move(reading)), writing_(std::move(writing)) {}

Tls13Records::~Tls13Records() = default;

// --- input ---

void Tls13Records::receive(base::Bytes input, base::ByteBuffer& plain, base::ByteBuffer& wire) {
    const bool goes_on = !incomplete_.empty();
    if (goes_on) base::append(incomplete_, input);
    const base::Bytes all = goes_on ? base::Bytes(incomplete_) : input;
    std::size_t taken = 0;
    while (state_ == State::open) {
        const std::size_t size = take_record(all.subspan(taken), plain, wire);
        if (size == 0) break;
        taken += size;
    }
    opener_.reset();
    sealer_.reset();
    const auto end = static_cast<std::ptrdiff_t>(taken);
    if (state_ != State::open || taken == all.size()) {
        base::ByteBuffer().swap(incomplete_);
    } else if (goes_on) {
        incomplete_.erase(incomplete_.begin(), incomplete_.begin() + end);
    } else {
        incomplete_.assign(input.begin() + end, input.end());
    }
}

/// How many bytes it was; 0: not complete yet, or it has failed.
std::size_t
Tls13Records::take_record(base::Bytes input, base::ByteBuffer& plain, base::ByteBuffer& wire) {
    if (input.empty()) return 0;
    if (input[0] != application_data) {
        fail(unexpected_message, "a record that is not protected came after the handshake", wire);
        return 0;
    }
    if (input.size() < header_size) return 0;
    const std::size_t size = (std::size_t{input[3]} << 8U) | input[4];
    if (size > largest_record) {
        fail(record_overflow, "a record is longer than TLS allows", wire);
        return 0;
    }
    if (size <= tls13_tag_size) { // not even room for the type of the content
        fail(decode_error, "a record is too short", wire);
        return 0;
    }
    if (input.size() < header_size + size) return 0;
    if (!opener_) opener_ = std::make_unique<Cipher>(*reading_, false);
    const std::size_t start = plain.size();
    if (!opener_->open(input.first(header_size), input.subspan(header_size, size), plain)) {
        fail(bad_record_mac, "a record was changed on its way, or has other keys", wire);
        return 0;
    }
    // The type is the last byte that is not zero; zeros after it are padding. [RFC 8446 5.4]
    while (plain.size() > start && plain.back() == 0)
        plain.pop_back();
    if (plain.size() == start) {
        fail(unexpected_message, "a record has no content type", wire);
        return 0;
    }
    const std::uint8_t type = plain.back();
    plain.pop_back();
    handle(type, start, plain, wire);
    return header_size + size;
}

/// The content stands at the end of plain, from start on; it stays there if it is for the user.
void Tls13Records::handle(
    std::uint8_t type, std::size_t start, base::ByteBuffer& plain, base::ByteBuffer& wire
) {
    const base::Bytes content = base::Bytes(plain).subspan(start);
    if (type == application_data && content.size() <= largest_content) return;
    if (content.size() > largest_content) {
        fail(record_overflow, "a record has more content than TLS allows", wire);
    } else if (type == alert && content.size() == 2) {
        handle_alert(content);
    } else if (type == alert) {
        fail(decode_error, "an alert is not two bytes long", wire);
    } else if (type == handshake) {
        handle_handshake(content, wire);
    } else {
        fail(unexpected_message, "a record has an unknown content type", wire);
    }
    plain.resize(start);
}

// In TLS 1.3 the level says nothing: all but two alerts end the connection. [RFC 8446 6]
void Tls13Records::handle_alert(base::Bytes content) {
    if (content[1] == user_canceled) return;
    if (content[1] == close_notify) {
        state_ = State::closed;
        return;
    }
    state_ = State::failed;
    error_ = "the client says: " + std::string(SSL_alert_desc_string_long(content[1]));
}

// A key update has to be the last thing in its record; one that is cut into several records is
// legal, but nobody does that. [RFC 8446 4.6.3] [RFC 8446 5.1]
void Tls13Records::handle_handshake(base::Bytes content, base::ByteBuffer& wire) {
    const bool is_key_update = content.size() == key_update_size && content[0] == key_update &&
                               content[1] == 0 && content[2] == 0 && content[3] == 1;
    if (!is_key_update) {
        return fail(unexpected_message, "a handshake message came after the handshake", wire);
    }
    const std::uint8_t wanted = content[4]; // 1: ours are to be updated as well
    if (wanted > 1) return fail(illegal_parameter, "a key update asks for nothing known", wire);
    opener_.reset();
    reading_->update();
    if (wanted == 1) update_own_keys(wire);
}

// --- output ---

void Tls13Records::send(base::Bytes plain, base::ByteBuffer& wire) {
    while (!plain.empty() && state_ == State::open) {
        const base::Bytes content = plain.first(std::min(plain.size(), largest_content));
        if (writing_->records() >= most_records_of_a_key) update_own_keys(wire);
        write_record(application_data, content, wire);
        plain = plain.subspan(content.size());
    }
    sealer_.reset();
}

void Tls13Records::write_record(std::uint8_t type, base::Bytes content, base::ByteBuffer& wire) {
    if (!sealer_) sealer_ = std::make_unique<Cipher>(*writing_, true);
    sealer_->seal(type, content, wire);
}

void Tls13Records::update_own_keys(base::ByteBuffer& wire) {
    const std::array<std::uint8_t, key_update_size> message{key_update, 0, 0, 1, 0};
    write_record(handshake, message, wire);
    sealer_.reset();
    writing_->update();
}

void Tls13Records::close(base::ByteBuffer& wire) {
    const std::array<std::uint8_t, 2> message{warning_level, close_notify};
    write_record(alert, message, wire);
    sealer_.reset();
}

void Tls13Records::fail(std::uint8_t code, std::string why, base::ByteBuffer& wire) {
    const std::array<std::uint8_t, 2> message{fatal_level, code};
    write_record(alert, message, wire);
    state_ = State::failed;
    error_ = std::move(why);
}

} // namespace crypto
