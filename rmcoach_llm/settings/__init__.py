"""What a user may set: command line before environment before config file before defaults."""

from rmcoach_llm.settings.config_file import checked_prices
from rmcoach_llm.settings.loading import (
    SETTING_NAMES,
    Settings,
    config_file,
    data_folder,
    load_settings,
    unknown_variables,
)
from rmcoach_llm.settings.model import (
    OPENAI_BASE_URL,
    OPENAI_HOST,
    ModelSettings,
    checked_base_url,
    checked_key,
)

__all__ = [
    "OPENAI_BASE_URL",
    "OPENAI_HOST",
    "SETTING_NAMES",
    "ModelSettings",
    "Settings",
    "checked_base_url",
    "checked_key",
    "checked_prices",
    "config_file",
    "data_folder",
    "load_settings",
    "unknown_variables",
]
