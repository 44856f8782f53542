// The appliance's certificate authority at work: TLS contexts for what listens, a certificate for the one client that
// may log in with it. The authority can be changed while everything runs; the client's stays with the first one.
#pragma once

#include "certificates.hpp"

#include <boost/asio/ssl/context.hpp>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace jobwatch::simulator
{

// Connections keep the context they began with, so that a new one can take its place at any time.
using tls_ptr = std::shared_ptr<boost::asio::ssl::context>;

// A client certificate, in two files.
struct client_card
{
    std::string certificate_file;
    std::string key_file;
    std::string fingerprint;
};

struct office_wish
{
    std::vector<std::string> hosts; // the servers' certificates speak for
    bool expired = false;           // and ended yesterday
    std::string identity_file;      // served instead of certificates of our own, when not empty
    std::filesystem::path directory;
};

class certificate_office
{
public:
    // Writes ca.pem to the directory. Throws std::runtime_error when it cannot, or the identity file is bad.
    explicit certificate_office(office_wish wish);

    // TLS 1.2 or newer, a fresh certificate. A client may show one of its own, which must be from here.
    tls_ptr server_context() const;

    // From now on a new authority issues what servers show. Its certificate goes to a file of its own, ca-2.pem and so
    // on: whoever should trust it is to be told. Gives that file.
    std::filesystem::path change_authority();

    // Writes client.pem and client.key, over what was there.
    client_card issue_client(const std::string& common_name) const;

    const std::filesystem::path& ca_file() const { return ca_file_; }

private:
    void show_own_certificate(boost::asio::ssl::context& tls) const;

    office_wish wish_;
    std::shared_ptr<const identity> authority_;
    std::shared_ptr<const identity> client_authority_;
    std::filesystem::path ca_file_;
    int authorities_ = 1;
};

} // namespace jobwatch::simulator
