// What surrounds the server: its directory, the certificates and files in it, the TLS context.
#pragma once

#include "appliance.hpp"
#include "options.hpp"

#include <boost/asio/ssl/context.hpp>

#include <filesystem>
#include <string>

namespace jobwatch::simulator
{

// The directory for the CA and the password. One that we had to invent is removed at the end.
class stage_directory
{
public:
    explicit stage_directory(const std::string& wanted);
    ~stage_directory();
    stage_directory(const stage_directory&) = delete;
    stage_directory& operator=(const stage_directory&) = delete;

    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
    bool ours_;
};

enum class readable_by
{
    everyone,
    owner,
};

// Whole or not at all: readers never see half a file. Throws std::runtime_error, which names the file.
void write_file(const std::filesystem::path& file, const std::string& text, readable_by who);

// Server side TLS 1.2 or newer with a certificate fresh from its own CA, whose PEM goes to `ca_file`.
boost::asio::ssl::context
make_tls(const std::vector<std::string>& hosts, bool expired, const std::filesystem::path& ca_file);

// Serves this certificate and key, both in one PEM file.
boost::asio::ssl::context tls_from(const std::filesystem::path& identity_file);

// The appliance as the options want it, with all its jobs. Throws std::runtime_error for a bad document file.
appliance make_appliance(const options& wanted, time_point now);

// The lines that scripts read: name=value.
std::string ready_lines(
    const options& wanted, const appliance& made, const boost::asio::ip::tcp::endpoint& where,
    const std::filesystem::path& directory);

} // namespace jobwatch::simulator
