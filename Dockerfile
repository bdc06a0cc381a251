# swc-mailer in a container: docs/docker.md. The folder of the configuration is /data; nothing of it is in the image.
FROM python:3.13-slim AS build
WORKDIR /source
COPY pyproject.toml constraints.txt README.md LICENSE config.example.toml ./
COPY swc_mailer swc_mailer
COPY templates templates
RUN python -m venv /opt/swc-mailer \
    && /opt/swc-mailer/bin/pip install --no-cache-dir --disable-pip-version-check --constraint constraints.txt '.[postgresql]'

FROM python:3.13-slim
COPY --from=build /opt/swc-mailer /opt/swc-mailer
COPY docker/healthy.py /opt/swc-mailer/healthy.py
ENV PATH=/opt/swc-mailer/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    SWC_MAILER_CONFIG=/data/config.toml
# By number, for it need not be known by name: another one is given by `user` of compose.yaml.
USER 10001:10001
WORKDIR /data
VOLUME /data
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=5m --timeout=30s --start-period=2m CMD ["python", "/opt/swc-mailer/healthy.py"]
ENTRYPOINT ["swc-mailer"]
CMD ["watch"]
