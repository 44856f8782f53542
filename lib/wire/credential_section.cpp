#include "wire/credential_section.hpp"

#include <array>

namespace jobwatch
{

namespace
{

// A key of a form, and what to write where it is missing.
struct form_key
{
    std::string_view name;
    std::string_view help;
};

// A form is complete with all its keys; `second` has no name when there is one only.
struct form
{
    credential_form is;
    std::string_view name;
    form_key first;
    form_key second;
};

constexpr std::array<form, 4> forms{{
    {credential_form::password,
     "username with password_file",
     {"username", "write username = \"...\", a user that can only read"},
     {"password_file", "write password_file = \"...\", a file that holds the user's password"}},
    {credential_form::token_file, "token_file", {"token_file", ""}, {}},
    {credential_form::refresh_token_file, "refresh_token_file", {"refresh_token_file", ""}, {}},
    {credential_form::client_certificate,
     "client_certificate_file with client_key_file",
     {"client_certificate_file", "write client_certificate_file = \"...\", a PEM file with the certificate"},
     {"client_key_file",
      "write client_key_file = \"...\", a PEM file with the certificate's key, without a passphrase"}},
}};

std::string list_of(const std::vector<std::string_view>& names, std::string_view last_word)
{
    std::string list;
    for (std::size_t i = 0; i < names.size(); ++i)
    {
        if (i > 0)
            list.append(i + 1 == names.size() ? last_word : ", ");
        list += names[i];
    }
    return list;
}

std::string allowed_forms()
{
    std::vector<std::string_view> names;
    names.reserve(forms.size());
    for (const form& each : forms)
        names.push_back(each.name);
    return "give exactly one of " + list_of(names, ", or ");
}

// The one form of which something is given; nullptr and a mistake when there is none, or more than one.
const form* read_form(settings_reader& from)
{
    std::vector<std::string_view> found; // keys
    std::vector<const form*> touched;
    for (const form& each : forms)
    {
        const auto before = found.size();
        for (const form_key& key : {each.first, each.second})
            if (!key.name.empty() && from.take(key.name) != nullptr)
                found.push_back(key.name);
        if (found.size() > before)
            touched.push_back(&each);
    }
    if (touched.size() == 1)
        return touched.front();
    if (touched.empty())
        from.note_table("has no credential: " + allowed_forms());
    else
        from.note_table(
            "has more than one credential, found are " + list_of(found, " and ") + ": " + allowed_forms());
    return nullptr;
}

void read_files(settings_reader& from, const file_search& search, appliance_settings& to)
{
    read_file_name(from, "password_file", search, file_use::password, to.password_file);
    read_file_name(from, "token_file", search, file_use::token, to.token_file);
    read_file_name(from, "refresh_token_file", search, file_use::refresh_token, to.refresh_token_file);
    const bool shown = read_file_name(
        from, "client_certificate_file", search, file_use::client_certificate, to.client_certificate_file);
    read_key_file_name(
        from, "client_key_file", search, shown ? to.client_certificate_file : std::string(),
        to.client_key_file);
}

void read_login(settings_reader& from, appliance_settings& to)
{
    from.text("domain", to.domain);
    from.text("auth_domain", to.auth_domain);
    from.text("auth_domain_path", to.auth_domain_path);
    from.text("connection", to.connection);
    from.text("client_id", to.client_id);
}

// What would silently do nothing is a mistake: a token already says whose and where it is valid.
void check_fits(settings_reader& from, credential_form form)
{
    if (const auto* value = from.take("client_id");
        value != nullptr && form != credential_form::client_certificate)
        from.note("client_id", *value, "belongs to client_certificate_file, which is not given");
    if (form != credential_form::token_file)
        return;
    for (const std::string_view key : {"domain", "auth_domain", "auth_domain_path", "connection"})
        if (const auto* value = from.take(key))
            from.note(
                key, *value,
                "is of no use with token_file: there is no login, the token says where it is valid");
}

} // namespace

void read_credential(settings_reader& from, const file_search& search, appliance_settings& to)
{
    const form* const given = read_form(from);
    from.text("username", to.username);
    read_files(from, search, to);
    read_login(from, to);
    if (given == nullptr)
        return;
    to.credential = given->is;
    for (const form_key& key : {given->first, given->second})
        if (!key.name.empty() && from.take(key.name) == nullptr)
            from.missing(key.name, key.help);
    check_fits(from, given->is);
}

} // namespace jobwatch
