import { textOf } from "../synth.ts";
import type { Rule } from "./access.ts";
import { resourcesIn, type View } from "./view.ts";

type Behavior = {
  readonly ViewerProtocolPolicy: string;
  readonly AllowedMethods?: string[];
  readonly FunctionAssociations?: readonly { readonly EventType: string; readonly FunctionARN: unknown }[];
  readonly ResponseHeadersPolicyId?: unknown;
};
type Origin = { readonly DomainName: unknown; readonly OriginAccessControlId?: unknown };
type Distribution = {
  readonly DefaultCacheBehavior: Behavior;
  readonly CacheBehaviors?: Behavior[];
  readonly Origins: Origin[];
};

const distributionsIn = (view: View): [id: string, Distribution][] =>
  resourcesIn(view, "AWS::CloudFront::Distribution").map(([id, { DistributionConfig }]) => [
    id,
    DistributionConfig as Distribution,
  ]);
const behaviorsOf = ({ DefaultCacheBehavior, CacheBehaviors = [] }: Distribution) => [
  DefaultCacheBehavior,
  ...CacheBehaviors,
];

/** CloudFront reads output and viewer and nothing else, only for reading, and only over TLS. */
export const narrowDelivery: Rule = (view) =>
  distributionsIn(view).flatMap(([id, distribution]) => {
    const behaviors = behaviorsOf(distribution);
    const secure = view.config.emulator ? /./ : /^(redirect-to-https|https-only)$/;
    return [
      ...behaviors
        .filter(({ ViewerProtocolPolicy: policy }) => !secure.test(policy))
        .map(() => `${id} answers without TLS`),
      ...behaviors
        .flatMap(({ AllowedMethods = [] }) => AllowedMethods)
        .filter((method) => !["GET", "HEAD", "OPTIONS"].includes(method))
        .map((method) => `${id} takes ${method}`),
      ...distribution.Origins.map(
        (origin) => [textOf(origin.DomainName), origin.OriginAccessControlId] as const,
      )
        .filter(
          ([name, control]) => !/^<(BucketsOutput|ViewerFiles)\.RegionalDomainName>$/.test(name) || !control,
        )
        .map(([name]) => `${id} reads ${name}, or without access control`),
    ];
  });

/** Where there are readers, every path asks who it is, by their hashes, and no other origin may read. */
export const readersAsked: Rule = (view) => {
  const { readers, publicRead } = view.config;
  if (readers === undefined) return [];
  const asking = resourcesIn(view, "AWS::CloudFront::Function");
  const hashes = JSON.stringify(Object.values(readers));
  const distributions = distributionsIn(view);
  return [
    ...(publicRead ? ["the bucket is public beside them"] : []),
    ...(distributions.length === 1 ? [] : [`${distributions.length} distributions`]),
    ...asking
      .filter(([, { FunctionCode }]) => !String(FunctionCode).startsWith(`const readers = ${hashes};`))
      .map(([id]) => `${id} does not know the readers`),
    ...distributions.flatMap(([id, distribution]) =>
      behaviorsOf(distribution).flatMap(({ FunctionAssociations = [], ResponseHeadersPolicyId }) => {
        const asks = FunctionAssociations.some(
          ({ EventType, FunctionARN }) =>
            EventType === "viewer-request" &&
            asking.some(([own]) => textOf(FunctionARN) === `<${own}.FunctionARN>`),
        );
        return [
          ...(asks ? [] : [`${id} has a path that does not ask`]),
          ...(ResponseHeadersPolicyId === undefined ? [] : [`${id} lets other origins read`]),
        ];
      }),
    ),
    ...resourcesIn(view, "AWS::S3::Bucket")
      .filter(([, properties]) => "CorsConfiguration" in properties)
      .map(([id]) => `${id} lets other origins read`),
  ];
};
