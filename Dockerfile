# The image of Rekey: the program and the certificates of public authorities. No Postgres: database.url
# (or database.url_file, or DATABASE_URL) is required.
#
#   docker build -t rekey .
#   docker run --read-only --cap-drop ALL -p 8080:8080 -v rekey:/var/lib/rekey -e DATABASE_URL=… rekey

ARG RUST_VERSION=1.95
ARG DEBIAN=bookworm

FROM rust:${RUST_VERSION}-slim-${DEBIAN} AS build
WORKDIR /build
# The toolchain is that of the image. rust-toolchain.toml is not copied: it would fetch another, with
# rustfmt and clippy.
COPY .cargo .cargo
COPY Cargo.toml Cargo.lock ./
COPY crates crates
# The dependencies alone: a layer that lasts until Cargo.toml, Cargo.lock or crates/ changes. What was made of the
# empty crate is removed, or cargo could take it for the real one, whose files are older.
RUN mkdir src \
 && echo 'fn main() {}' > src/main.rs \
 && touch src/lib.rs \
 && cargo build --release --locked --bin rekey \
 && cargo clean --release --locked --package rekey \
 && rm -r src
COPY .sqlx .sqlx
COPY config config
COPY data data
COPY locales locales
COPY migrations migrations
COPY src src
RUN cargo build --release --locked --bin rekey

FROM debian:${DEBIAN}-slim
LABEL org.opencontainers.image.title="Rekey" \
      org.opencontainers.image.description="A self-hosted account-recovery server" \
      org.opencontainers.image.licenses="Apache-2.0"
RUN apt-get update \
 && apt-get install --yes --no-install-recommends ca-certificates \
 && rm -rf /var/lib/apt/lists/* \
 && groupadd --gid 10001 rekey \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /var/lib/rekey --shell /usr/sbin/nologin rekey \
 && install --directory --owner 10001 --group 10001 --mode 0700 /var/lib/rekey
COPY --from=build /build/target/release/rekey /usr/local/bin/rekey
COPY LICENSE NOTICE data/common-passwords.LICENSE /usr/share/doc/rekey/
# Fails here, and not at the first start, if a library is missing.
RUN ["rekey", "--version"]

# The environment is stronger than a server file: inside the container these four stay as they are.
ENV REKEY__SERVER__BIND=0.0.0.0:8080 \
    REKEY__SERVER__OPERATOR_BIND=0.0.0.0:9090 \
    REKEY__DATABASE__DATA_DIR=/var/lib/rekey \
    REKEY__MAIL__DIRECTORY=/var/lib/rekey/mail

USER 10001:10001
WORKDIR /var/lib/rekey
# Written to only where no secret key is configured, or letters go to a directory.
VOLUME /var/lib/rekey
EXPOSE 8080 9090
STOPSIGNAL SIGTERM
# Asks the operator listener, which every way to serve has, with nothing but the shell that Debian brings.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/9090 && printf 'GET /health/ready HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' >&3 && read -r _ status _ <&3 && [ \"$status\" = 200 ]"]
ENTRYPOINT ["rekey"]
CMD ["serve"]
