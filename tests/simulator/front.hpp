// All that listens: a server for each node, one for the control paths alone, the proxy; and the files with
// certificates and tokens. It does what the appliance's plan for its nodes says, when it says so.
#pragma once

#include "options.hpp"
#include "proxy.hpp"
#include "server.hpp"
#include "token_file.hpp"

#include <filesystem>
#include <iosfwd>
#include <memory>
#include <vector>

namespace jobwatch::simulator
{

class front
{
public:
    // Binds and listens, writes the files. Throws std::runtime_error, which names the port or the file.
    front(
        boost::asio::io_context& context, const options& wanted, appliance& behind,
        const std::filesystem::path& directory);
    ~front();
    front(const front&) = delete;
    front& operator=(const front&) = delete;

    void start();
    void stop();

    boost::asio::ip::tcp::endpoint node(std::size_t index) const { return nodes_.at(index)->endpoint(); }
    boost::asio::ip::tcp::endpoint control() const { return control_->endpoint(); }

    // The lines that scripts read: name=value.
    std::string ready_lines() const;

private:
    std::unique_ptr<server> open(const boost::asio::ip::tcp::endpoint& where, std::size_t node);
    void open_nodes();
    void write_secrets();
    void add_files(std::ostream& lines) const;
    void obey();
    void begin(const begun_step& what);
    void await_next_change();

    boost::asio::io_context& context_;
    const options& wanted_;
    appliance& behind_;
    std::filesystem::path directory_;
    certificate_office certificates_;
    client_card client_;
    std::string refresh_token_file_;
    std::vector<std::unique_ptr<server>> nodes_;
    std::unique_ptr<server> control_;
    std::unique_ptr<proxy> proxy_;
    boost::asio::steady_timer next_change_;
    std::unique_ptr<token_file> token_file_;
};

} // namespace jobwatch::simulator
