/// Small pages in the shapes that sites have, written for this.
pub const SAMPLES: &[&str] = &[
    r##"<!DOCTYPE html><html lang=en><head><title>Sample Wire | A canal is opened</title><meta property="og:title" content="A canal is opened">
<script type="application/ld+json">{"@type":"NewsArticle","headline":"A canal is opened","datePublished":"2024-11-06T09:30:00+09:00","author":{"name":"Ri Sample"}}</script>
</head><body><nav><a href=/>Home</a></nav><article><h1>A canal is opened</h1><p class=byline>By Ri Sample</p><time datetime=2024-11-06></time>
<p>The canal of Sample County was opened on Wednesday, a year before the plan.</p><figure><img src=/a.jpg><figcaption>The canal</figcaption></figure>
<p>It brings water to forty farms, which had to wait for the rain until now.</p><p>-END-</p></article><footer>© Sample Wire</footer></body></html>"##,
    r##"<html><body><h3>[视频]样本县运河开通</h3><div class="text_box_02"><p>更新时间：2022年05月01日 19:30</p></div><div class="model" id="about_txt">
<div class="cnt_bd"><p><strong>样本网消息</strong>（新闻）：样本县的运河今天开通，比计划提前一年。</p><p>四十个农场从此有了水。</p></div></div></body></html>"##,
    r##"<center><div class="ArticleMenuDate">Mar. 10,&nbsp;Juche 111 (2022)</div><table><tr><td><p class="ArticleContent" align="center"><font>Canal Opened</font></p>
<p class="ArticleContent">&nbsp;</p><p class="ArticleContent">The canal of <nobr>Sample County</nobr> was opened.</p><p class="ArticleContent"><img src="/photo/4.jpg"></p>
<p class="ArticleContent" align="right">Sample Sinmun</p></td></tr></table></center>"##,
    r##"<?xml version='1.0' encoding="UTF-8"?><xsync><NData><articleCreateDate><![CDATA[2017.07.05]]></articleCreateDate><mainTitle><![CDATA[<nobr><strong>見本</strong></nobr>運河が開通]]></mainTitle>
<content><![CDATA[【見本７月５日発】見本郡の運河が開通した。<br>農場に水が来る。－－－]]></content></NData></xsync>"##,
    r##"<html><head><title>News of May 1</title></head><body><a name=top></a><h2>News</h2><ol><li><a href=#1>A canal</a><li><a href=#2>A dam</a></ol><hr>
<a name="1"></a><h3>A canal of Sample County</h3><p>The canal is open.<hr><a name="2"><b>A dam holds</b></a><p>It rained &amp; rained.<hr><h3 id=3>A railway</h3>It runs.
<p>Copyright (C) KOREA NEWS SERVICE(KNS)</body></html>"##,
    r##"<main><h1 class=entry-title>·표본군 농장에서 가을걷이를 끝냈다</h1><div class=article-content><p>Date: 06/11/2024 | Source: Rodong Sinmun (KO) | <a href="http://www.rodong.rep.kp/ko/index.php?x">Read original version at source</a></p>
<p>표본군 농장에서 봄에 심은 곡식을 모두 거두어들였다.(끝)</p><h3>More From Rodong Sinmun</h3><div class=article-desc><a href=/1>Card</a></div></div></main>"##,
];
