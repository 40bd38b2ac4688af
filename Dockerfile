# The program as an image: the driver of runs in a cluster, and the helpers beside their tasks. `docker build -t REGISTRY/sluice:VERSION .`
FROM node:24-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
# Not `npm ci`: the lock file need not name the packages of every platform.
RUN npm install --ignore-scripts --no-audit --no-fund
COPY . .
RUN node scripts/build.ts /build/dist

FROM node:24-slim
COPY --from=build /build/dist /opt/sluice/dist
COPY LICENSE /opt/sluice/LICENSE
RUN ln -s /opt/sluice/dist/sluice.mjs /usr/local/bin/sluice
# Has no name: any number would do, and Kubernetes wants one that is not 0.
USER 65532:65532
ENTRYPOINT ["sluice"]
