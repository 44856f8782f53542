#include "front.hpp"

#include "files.hpp"

#include <boost/asio/ip/address.hpp>

#include <sstream>
#include <stdexcept>

#include <unistd.h>

namespace jobwatch::simulator
{

namespace
{

namespace asio = boost::asio;
namespace fs = std::filesystem;
using tcp = asio::ip::tcp;

std::string authority_of(const tcp::endpoint& where)
{
    const std::string host = where.address().to_string();
    return (where.address().is_v6() ? "[" + host + "]" : host) + ":" + std::to_string(where.port());
}

[[noreturn]] void fail_to_listen(const tcp::endpoint& where, const boost::system::system_error& why)
{
    throw std::runtime_error(
        "cannot listen on " + where.address().to_string() + " port " + std::to_string(where.port()) + ": "
        + why.code().message());
}

} // namespace

front::front(asio::io_context& context, const options& wanted, appliance& behind, const fs::path& directory) :
    context_{context},
    wanted_{wanted},
    behind_{behind},
    directory_{directory},
    certificates_{{wanted.certificate_hosts, wanted.expired_certificate, wanted.identity_file, directory}},
    client_{certificates_.issue_client(behind.who.client_id)},
    next_change_{context}
{
    behind_.who.client_certificate = client_.fingerprint;
    behind_.ca_file = certificates_.ca_file().string();
    open_nodes();
    control_ = open({asio::ip::make_address(wanted_.address), wanted_.control_port}, no_node);
    if (wanted_.proxy_port)
    {
        const tcp::endpoint where(asio::ip::make_address(wanted_.address), *wanted_.proxy_port);
        try
        {
            proxy_ = std::make_unique<proxy>(context_, behind_.proxy, where);
        }
        catch (const boost::system::system_error& error)
        {
            fail_to_listen(where, error);
        }
    }
    write_secrets();
    behind_.changed = [this] { obey(); };
}

front::~front()
{
    behind_.changed = [] {};
}

std::unique_ptr<server> front::open(const tcp::endpoint& where, std::size_t node)
{
    server_settings settings;
    settings.listen = where;
    settings.idle_timeout = wanted_.idle_timeout;
    settings.writer = wanted_.writer;
    settings.log = wanted_.verbose ? chatter::each_request : chatter::silent;
    settings.node = node;
    try
    {
        return std::make_unique<server>(context_, certificates_.server_context(), behind_, settings);
    }
    catch (const boost::system::system_error& error)
    {
        fail_to_listen(where, error);
    }
}

// Each node has a certificate of its own, and the port after the one before it when a port was asked for.
void front::open_nodes()
{
    const auto address = asio::ip::make_address(wanted_.address);
    for (std::size_t index = 0; index < behind_.nodes.size(); ++index)
    {
        const auto port = static_cast<std::uint16_t>(wanted_.port == 0 ? 0 : wanted_.port + index);
        nodes_.push_back(open({address, port}, index));
    }
}

void front::write_secrets()
{
    write_file(directory_ / "password", behind_.who.password + "\n", readable_by::owner);
    if (!wanted_.refresh_token_file.empty())
    {
        const std::string token = behind_.tokens.hand_out_refresh_token(
            behind_.who.user, {behind_.who.refresh_token_life, {}}, clock_of(behind_, wall_clock()));
        refresh_token_file_ = fs::absolute(wanted_.refresh_token_file).string();
        write_file(refresh_token_file_, token + "\n", readable_by::owner);
    }
    if (!wanted_.token_file.empty())
        token_file_ = std::make_unique<token_file>(context_, behind_, wanted_.token_file);
}

void front::start()
{
    for (const auto& node : nodes_)
        node->start();
    control_->start();
    if (proxy_)
        proxy_->start();
    if (token_file_)
        token_file_->start();
    obey();
}

void front::stop()
{
    next_change_.cancel();
    behind_.changed = [] {};
    for (const auto& node : nodes_)
        node->stop();
    control_->stop();
    if (proxy_)
        proxy_->stop();
    if (token_file_)
        token_file_->stop();
}

void front::obey()
{
    advance(behind_, wall_clock());
    for (const begun_step& what : behind_.nodes.advance(wall_clock()))
        begin(what);
    if (proxy_)
        proxy_->obey();
    if (token_file_)
        token_file_->obey();
    await_next_change();
}

void front::begin(const begun_step& what)
{
    server& node = *nodes_.at(what.node);
    if (what.step.refuses_old_tokens)
        behind_.tokens.change_key();
    if (what.step.certificate == new_certificate::new_authority)
        behind_.ca_file = certificates_.change_authority().string();
    if (what.step.certificate != new_certificate::none)
        node.serve_with(certificates_.server_context());
    node.enter(what.step.state);
    if (what.step.resets_connections || what.step.certificate != new_certificate::none)
        node.reset_connections();
}

void front::await_next_change()
{
    auto next = behind_.nodes.next_change();
    const auto step = behind_.to_come.next();
    if (step && (!next || *step < *next))
        next = step;
    if (!next)
    {
        next_change_.cancel();
        return;
    }
    next_change_.expires_after(*next - wall_clock());
    next_change_.async_wait(
        [this](const boost::system::error_code& cancelled)
        {
            if (!cancelled)
                obey();
        });
}

std::string front::ready_lines() const
{
    std::ostringstream lines;
    const tcp::endpoint first = node(0);
    lines << "url=https://" << authority_of(first) << "\naddress=" << first.address().to_string()
          << "\nport=" << first.port() << "\n";
    for (std::size_t index = 0; index < nodes_.size(); ++index)
        lines << "url_" << index + 1 << "=https://" << authority_of(node(index)) << "\nport_" << index + 1
              << "=" << node(index).port() << "\n";
    lines << "control_url=https://" << authority_of(control()) << "\n";
    if (proxy_)
        lines << "proxy=http://" << authority_of(proxy_->endpoint()) << "\n";
    lines << "user=" << behind_.who.user << "\npassword=" << behind_.who.password
          << "\nclient_id=" << behind_.who.client_id << "\npid=" << ::getpid() << "\n";
    add_files(lines);
    return std::move(lines).str();
}

void front::add_files(std::ostream& lines) const
{
    lines << "ca_file=" << (directory_ / "ca.pem").string()
          << "\npassword_file=" << (directory_ / "password").string()
          << "\nclient_certificate_file=" << client_.certificate_file
          << "\nclient_key_file=" << client_.key_file << "\n";
    if (!refresh_token_file_.empty())
        lines << "refresh_token_file=" << refresh_token_file_ << "\n";
    if (token_file_)
        lines << "token_file=" << token_file_->path().string() << "\n";
    if (!wanted_.ids_file.empty())
        lines << "ids_file=" << fs::absolute(wanted_.ids_file).string() << "\n";
    if (!wanted_.fates_file.empty())
        lines << "fates_file=" << fs::absolute(wanted_.fates_file).string() << "\n";
}

} // namespace jobwatch::simulator
