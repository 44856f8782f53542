#include "engine/credential_text.hpp"

namespace jobwatch
{

std::string login_words(const appliance_settings& appliance)
{
    switch (appliance.credential)
    {
    case credential_form::token_file:
        return "the token in " + appliance.token_file;
    case credential_form::refresh_token_file:
        return "the refresh token in " + appliance.refresh_token_file;
    case credential_form::client_certificate:
        return "the login with the certificate in " + appliance.client_certificate_file;
    case credential_form::password:
        break;
    }
    return "the login of " + appliance.username;
}

std::string secret_place(const appliance_settings& appliance)
{
    switch (appliance.credential)
    {
    case credential_form::token_file:
        return appliance.token_file;
    case credential_form::refresh_token_file:
        return appliance.refresh_token_file;
    case credential_form::client_certificate:
        return appliance.client_certificate_file + " or " + appliance.client_key_file;
    case credential_form::password:
        break;
    }
    return appliance.password_file;
}

std::string login_identity(const appliance_settings& appliance)
{
    std::string told;
    for (const std::string* part :
         {&appliance.username, &appliance.client_id, &appliance.connection, &appliance.domain,
          &appliance.auth_domain, &appliance.auth_domain_path})
        told += ' ' + *part;
    for (const node_address& node : appliance.nodes)
        told += ' ' + node.host + ':' + std::to_string(node.port);
    return told;
}

} // namespace jobwatch
