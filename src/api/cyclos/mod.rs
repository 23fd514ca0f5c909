//! Cyclos `AuthApi` and `PasswordsApi`. Contract: `openapi/cyclos.yaml`.

mod fields;
