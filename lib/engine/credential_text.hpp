// What people read about an appliance's credential: what is done with it, and which file they must look after.
#pragma once

#include "core/settings.hpp"

#include <string>

namespace jobwatch
{

// "the login of jobwatch", "the refresh token in FILE"
std::string login_words(const appliance_settings& appliance);

// "FILE", "FILE or FILE"
std::string secret_place(const appliance_settings& appliance);

// Whose login it is, and where. It counts as part of the secret: refusals of another user are none of this one's.
std::string login_identity(const appliance_settings& appliance);

} // namespace jobwatch
