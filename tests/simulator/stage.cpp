#include "stage.hpp"

#include "certificates.hpp"
#include "weather_step.hpp"

#include <openssl/ssl.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include <fcntl.h>
#include <unistd.h>

namespace jobwatch::simulator
{

namespace
{

namespace fs = std::filesystem;
namespace asio = boost::asio;

[[noreturn]] void fail(const fs::path& file, const std::string& why)
{
    throw std::runtime_error(file.string() + ": " + why);
}

std::string read_file(const fs::path& file)
{
    std::ifstream in(file, std::ios::binary);
    if (!in)
        fail(file, std::strerror(errno));
    std::ostringstream text;
    text << in.rdbuf();
    return std::move(text).str();
}

void write_all(int fd, const fs::path& file, const std::string& text)
{
    std::size_t written = 0;
    while (written < text.size())
    {
        const ssize_t count = ::write(fd, text.data() + written, text.size() - written);
        if (count < 0 && errno != EINTR)
            fail(file, std::strerror(errno));
        written += count > 0 ? static_cast<std::size_t>(count) : 0;
    }
}

asio::ssl::context server_tls()
{
    asio::ssl::context tls(asio::ssl::context::tls_server);
    tls.set_options(
        asio::ssl::context::default_workarounds | asio::ssl::context::no_tlsv1
        | asio::ssl::context::no_tlsv1_1);
    SSL_CTX_set_session_id_context(tls.native_handle(), reinterpret_cast<const unsigned char*>("cm"), 2);
    return tls;
}

std::string url_of(const asio::ip::tcp::endpoint& where)
{
    const std::string host = where.address().to_string();
    return "https://" + (where.address().is_v6() ? "[" + host + "]" : host) + ":"
        + std::to_string(where.port());
}

} // namespace

stage_directory::stage_directory(const std::string& wanted) : path_{wanted}, ours_{wanted.empty()}
{
    if (!ours_)
    {
        fs::create_directories(path_);
        path_ = fs::absolute(path_);
        return;
    }
    std::string pattern = (fs::temp_directory_path() / "cm-simulator.XXXXXX").string();
    if (!::mkdtemp(pattern.data()))
        fail(pattern, std::strerror(errno));
    path_ = pattern;
}

stage_directory::~stage_directory()
{
    std::error_code ignored;
    if (ours_)
        fs::remove_all(path_, ignored);
}

void write_file(const fs::path& file, const std::string& text, readable_by who)
{
    const fs::path draft = file.string() + ".new";
    const int fd = ::open(
        draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, who == readable_by::owner ? 0600 : 0644);
    if (fd < 0)
        fail(file, std::strerror(errno));
    write_all(fd, file, text);
    ::close(fd);
    if (::rename(draft.c_str(), file.c_str()) != 0)
        fail(file, std::strerror(errno));
}

asio::ssl::context make_tls(const std::vector<std::string>& hosts, bool expired, const fs::path& ca_file)
{
    const identity authority = make_authority();
    const identity host =
        make_server_identity(authority, hosts, expired ? validity::expired : validity::current);
    asio::ssl::context tls = server_tls();
    SSL_CTX* native = tls.native_handle();
    if (SSL_CTX_use_certificate(native, host.certificate.get()) != 1
        || SSL_CTX_use_PrivateKey(native, host.key.get()) != 1)
        throw std::runtime_error("OpenSSL does not take our own certificate");
    write_file(ca_file, pem_of(*authority.certificate), readable_by::everyone);
    return tls;
}

asio::ssl::context tls_from(const fs::path& identity_file)
{
    asio::ssl::context tls = server_tls();
    boost::system::error_code failed;
    tls.use_certificate_chain_file(identity_file.string(), failed);
    if (!failed)
        tls.use_private_key_file(identity_file.string(), asio::ssl::context::pem, failed);
    if (failed)
        fail(identity_file, "no certificate with its key in PEM form: " + failed.message());
    return tls;
}

appliance make_appliance(const options& wanted, time_point now)
{
    credentials who{wanted.user, wanted.password, wanted.refresh_token_life};
    if (who.password.empty())
        who.password = unforeseen_hex(12);
    appliance made{
        std::move(who), token_office(wanted.token_duration),
        job_shelf(wanted.jobs, wanted.seed, wanted.clock), ledger(now, wanted.ledger_records), wanted.sky};
    for (const std::string& file : wanted.document_files)
    {
        auto documents = read_documents(read_file(file));
        if (!documents)
            fail(file, documents.error().message);
        for (job_document& document : *documents)
            made.jobs.put(std::move(document), now);
    }
    made.jobs.make(wanted.make_jobs, now);
    for (const std::string& text : wanted.weather_steps)
        if (const auto wrong = change_weather(made, text, now))
            throw std::runtime_error("--weather " + text + ": " + wrong->message);
    return made;
}

std::string ready_lines(
    const options& wanted, const appliance& made, const asio::ip::tcp::endpoint& where,
    const fs::path& directory)
{
    std::ostringstream lines;
    lines << "url=" << url_of(where) << "\naddress=" << where.address().to_string()
          << "\nport=" << where.port() << "\nca_file=" << (directory / "ca.pem").string()
          << "\nuser=" << made.who.user << "\npassword=" << made.who.password
          << "\npassword_file=" << (directory / "password").string() << "\npid=" << ::getpid() << "\n";
    if (!wanted.ids_file.empty())
        lines << "ids_file=" << fs::absolute(wanted.ids_file).string() << "\n";
    if (!wanted.fates_file.empty())
        lines << "fates_file=" << fs::absolute(wanted.fates_file).string() << "\n";
    return std::move(lines).str();
}

} // namespace jobwatch::simulator
